/**
 * The platform layer: memory, MMIO, barriers, locks, waiting, time, randomness, buses, interrupts and wires. Everything that a
 * driver needs from the machine, and the only module that touches it.
 */
module org.netdev4j.platform {
    requires org.slf4j;
    requires org.jnrproject.ffi;
    // What jnr-ffi needs and, being an automatic module, cannot say.
    requires org.objectweb.asm;

    exports org.netdev4j.platform;
    exports org.netdev4j.platform.bus;
    exports org.netdev4j.platform.memory;
    exports org.netdev4j.platform.mmio;
    exports org.netdev4j.platform.pci;
    exports org.netdev4j.platform.vfiouser;
    exports org.netdev4j.platform.wire;
    exports org.netdev4j.platform.raw to org.netdev4j.api;

    // The class that jnr-ffi makes of the LibC interface lives in an unnamed module, and must reach it at run time.
    opens org.netdev4j.platform.linux;

    uses org.netdev4j.platform.bus.Bus;

    provides org.netdev4j.platform.bus.Bus with org.netdev4j.platform.pci.PciBus, org.netdev4j.platform.vfiouser.VfioUserBus;
}
