/** The software NIC: a bus that makes it on demand, and its driver. */
module org.netdev4j.backend.loopback {
    requires transitive org.netdev4j.api;

    exports org.netdev4j.backend.loopback;

    provides org.netdev4j.platform.bus.Bus with org.netdev4j.backend.loopback.LoopbackBus;
    provides org.netdev4j.spi.NetDevDriver with org.netdev4j.backend.loopback.LoopbackDriver;
}
