/** A backend as a third party writes it: copy, rename, and fill in your device. */
module com.example.netdev {
    requires org.netdev4j.api;

    provides org.netdev4j.platform.bus.Bus with com.example.netdev.ExampleBus;
    provides org.netdev4j.spi.NetDevDriver with com.example.netdev.ExampleDriver;
}
