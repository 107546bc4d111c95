package org.netdev4j.backend.loopback;

import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.Link;
import org.netdev4j.platform.Barriers;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceContext;

/** Knows whether the link is up: the far end must be there, and this side must not have taken it down. Thread-safe. */
final class LinkMonitor {
    private final WirePort wire;
    private final int speedMbps;
    private final DeviceContext context;
    // Held while listeners are told, so that they hear of changes one after the other; whoever finds it taken leaves.
    private final SpinLock telling;
    private volatile boolean wanted = true;
    private volatile boolean told;

    LinkMonitor(WirePort wire, int speedMbps, DeviceContext context) {
        this.wire = wire;
        this.speedMbps = speedMbps;
        this.context = context;
        telling = context.platform().newSpinLock("loopback link");
        told = isUp();
    }

    boolean isUp() {
        return wanted && wire.linkUp();
    }

    /** True if this side took the link down. */
    boolean isDownHere() {
        return !wanted;
    }

    /** Takes the link down on this side, or up; listeners are not told before {@link #check()}. */
    void want(boolean up) {
        wanted = up;
    }

    Link link() {
        return describe(isUp());
    }

    private Link describe(boolean up) {
        return up ? new Link(true, speedMbps, true) : Link.DOWN;
    }

    /** Tells listeners if the link has changed. Returns at once if another thread is telling them: that one looks again. */
    void check() {
        while (isUp() != told && telling.tryLock()) {
            try {
                boolean up = isUp();
                if (up != told) {
                    told = up;
                    context.post(new DeviceEvent.LinkChanged(describe(up)));
                }
            } finally {
                telling.unlock();
            }
            // The release of the lock, before the next look: who found the lock taken relies on it.
            Barriers.full();
        }
    }
}
