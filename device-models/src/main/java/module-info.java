/** Emulated network adapters, and the simulated bus that plugs them into this process. */
module org.netdev4j.models {
    requires transitive org.netdev4j.platform;
    requires org.netdev4j.api;
    requires org.netdev4j.backend.ena;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;

    exports org.netdev4j.models.control;
    exports org.netdev4j.models.device;
    exports org.netdev4j.models.ena;
    exports org.netdev4j.models.ena.io;
    exports org.netdev4j.models.sim;
    exports org.netdev4j.models.vfiouser;

    uses org.netdev4j.models.sim.ModelFactory;

    provides org.netdev4j.platform.bus.Bus with org.netdev4j.models.sim.SimBus;
    provides org.netdev4j.models.sim.ModelFactory with org.netdev4j.models.ena.EnaModelFactory;
}
