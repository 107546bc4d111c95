package org.netdev4j.conformance;

/** What needs real time on the emulated ENA, whose device then has a thread of its own: threads, and allocation. */
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
