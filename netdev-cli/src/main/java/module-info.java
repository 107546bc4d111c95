/** The command-line tool: the composition root of everything. */
module org.netdev4j.cli {
    requires org.netdev4j.api;
    requires org.netdev4j.conformance;
    requires org.netdev4j.models;
    requires com.google.common;
    requires com.google.guice;
    requires jakarta.inject;
    requires info.picocli;
    requires org.snakeyaml.engine;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;

    // Guice makes the commands, picocli sets their fields.
    opens org.netdev4j.cli to com.google.guice, info.picocli;
    opens org.netdev4j.cli.command to com.google.guice, info.picocli;

    uses org.netdev4j.platform.bus.Bus;
    uses org.netdev4j.spi.NetDevDriver;

    provides ch.qos.logback.classic.spi.Configurator with org.netdev4j.cli.QuietStart;
}
