package org.netdev4j.cli.device;

import java.util.List;
import java.util.Optional;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.platform.wire.WirePort;

/**
 * A device that is open and configured, with all its queues set up.
 *
 * @param dev   the device
 * @param spec  what it was opened by
 * @param wire  what it is plugged into, if the user said; the device closes it
 * @param pools made for it, closed with it
 * @param bus   what a simulated device sees of its bus
 */
public record OpenDevice(NetDev dev, DeviceSpec spec, Optional<WirePort> wire, List<NetBufPool> pools, Optional<BusCost> bus)
    implements AutoCloseable {
    /** Name for people. */
    public String name() {
        return dev.name();
    }

    /** True if no frame can arrive any more, but for those that are in the device. */
    public boolean wireEnded() {
        return wire.isPresent() && wire.get().exhausted() && !wire.get().readable();
    }

    @Override
    public void close() {
        dev.close();
        pools.forEach(NetBufPool::close);
    }
}
