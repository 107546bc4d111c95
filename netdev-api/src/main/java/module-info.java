/** The contracts of netdev4j, and zero-copy views of packet headers. */
module org.netdev4j.api {
    requires transitive org.netdev4j.platform;
    requires org.slf4j;

    exports org.netdev4j.net;
}
