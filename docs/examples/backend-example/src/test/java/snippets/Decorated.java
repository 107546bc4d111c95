package snippets;

import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.decorate.CapturingNetDev;
import org.netdev4j.api.decorate.FaultyNetDev;
import org.netdev4j.api.decorate.PacketFaults;
import org.netdev4j.api.decorate.TracingNetDev;
import org.netdev4j.platform.wire.CaptureWriter;

/** A device with decorators around it. */
final class Decorated {
    private Decorated() {
    }

    static NetDev open(String address, String file, Appendable trace) {
        NetDev dev = NetDevs.open(address);
        dev = new FaultyNetDev(dev, PacketFaults.NONE.withDrop(0.01), PacketFaults.NONE, 42);
        dev = new TracingNetDev(dev, trace);
        return new CapturingNetDev(dev, CaptureWriter.create(file));
    }
}
