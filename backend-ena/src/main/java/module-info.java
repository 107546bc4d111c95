/** The driver of the Elastic Network Adapter, and the definitions of its hardware. */
module org.netdev4j.backend.ena {
    requires transitive org.netdev4j.api;
    requires org.slf4j;

    exports org.netdev4j.backend.ena;
    exports org.netdev4j.backend.ena.spec;

    provides org.netdev4j.spi.NetDevDriver with org.netdev4j.backend.ena.EnaDriver;
}
