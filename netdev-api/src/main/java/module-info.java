/**
 * The contracts: devices, queues and buffers for applications, the driver SPI, and packet headers.
 */
module org.netdev4j.api {
    requires transitive org.netdev4j.platform;
    requires org.slf4j;

    exports org.netdev4j.api;
    exports org.netdev4j.api.decorate;
    exports org.netdev4j.net;
    exports org.netdev4j.spi;

    uses org.netdev4j.platform.bus.Bus;
    uses org.netdev4j.spi.NetDevDriver;
}
