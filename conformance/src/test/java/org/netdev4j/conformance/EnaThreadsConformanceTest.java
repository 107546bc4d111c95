package org.netdev4j.conformance;

/** What needs real time on the emulated ENA: cases with threads of their own, and allocation, beside the device's own thread. */
class EnaThreadsConformanceTest extends ConformanceTest {
    @Override
    protected String device() {
        return "sim:ena";
    }

    @Override
    protected ConformanceOptions options() {
        return super.options().withRig("sim-threaded").including("CO", "AL", "IN", "LC-00?", "TX-00?", "RX-00?");
    }
}
