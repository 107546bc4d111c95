/**
 * The platform layer: memory, MMIO, barriers, locks, waiting, time, randomness, buses, interrupts and wires. Everything that a
 * driver needs from the machine, and the only module that touches it.
 */
module org.netdev4j.platform {
    requires org.slf4j;
    requires org.jnrproject.ffi;

    exports org.netdev4j.platform;
    exports org.netdev4j.platform.bus;
    exports org.netdev4j.platform.memory;
    exports org.netdev4j.platform.mmio;
    exports org.netdev4j.platform.wire;
    exports org.netdev4j.platform.raw to org.netdev4j.api;

    uses org.netdev4j.platform.bus.Bus;
}
