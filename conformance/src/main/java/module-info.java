/**
 * The conformance suite: its cases, its rigs and its reports.
 */
module org.netdev4j.conformance {
    requires transitive org.netdev4j.api;
    requires transitive org.junit.jupiter.api;
    requires org.netdev4j.models;
    requires org.junit.platform.launcher;
    requires com.fasterxml.jackson.databind;
    requires java.xml;
    requires jdk.management;

    exports org.netdev4j.conformance;
    exports org.netdev4j.conformance.frame;
    exports org.netdev4j.conformance.report;

    opens org.netdev4j.conformance to org.junit.platform.commons;
    opens org.netdev4j.conformance.cases to org.junit.platform.commons;

    uses org.netdev4j.conformance.ConformanceRig;
    uses org.netdev4j.models.sim.ModelFactory;

    provides org.netdev4j.conformance.ConformanceRig
        with org.netdev4j.conformance.sim.SimRig, org.netdev4j.conformance.sim.ThreadedSimRig,
            org.netdev4j.conformance.sim.RemoteRig;
}
