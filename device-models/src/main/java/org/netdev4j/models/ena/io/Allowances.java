package org.netdev4j.models.ena.io;

import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.platform.memory.Memory;

/**
 * What an instance may do per second. Packets beyond it are dropped and counted, as ethtool's {@code *_allowance_exceeded}
 * show; EC2 queues some of them first, which is not modelled.
 */
final class Allowances {
    // 169.254.0.0/16 and fd00:ec2::/32: instance metadata, DNS and time.
    private static final int LINK_LOCAL_4 = 0xa9fe;
    private static final long LINK_LOCAL_6 = 0xfd00_0ec2L;

    private final IoContext io;
    private final TokenBucket bytesIn = new TokenBucket();
    private final TokenBucket bytesOut = new TokenBucket();
    private final TokenBucket packets = new TokenBucket();
    private final TokenBucket fragments = new TokenBucket();
    private final TokenBucket linkLocal = new TokenBucket();
    private boolean limited;
    private boolean looksAtPackets;

    Allowances(IoContext io) {
        this.io = io;
    }

    /** Takes new rates from the settings. */
    void update() {
        EnaSettings s = io.settings;
        long now = io.clock.nanoTime();
        long burst = s.allowanceBurstMicros * 1_000L;
        long fragmentRate = s.fragBypass ? 0 : s.fragmentsPerSecond;
        bytesIn.set(s.bytesInPerSecond, burst, now);
        bytesOut.set(s.bytesOutPerSecond, burst, now);
        packets.set(s.packetsPerSecond, burst, now);
        fragments.set(fragmentRate, burst, now);
        linkLocal.set(s.linkLocalPerSecond, burst, now);
        looksAtPackets = (fragmentRate | s.linkLocalPerSecond) != 0;
        limited = looksAtPackets || (s.bytesInPerSecond | s.bytesOutPerSecond | s.packetsPerSecond) != 0;
    }

    /** True if {@link #sends} wants to see the packet's headers. */
    boolean looksAtPackets() {
        return looksAtPackets;
    }

    /**
     * Whether a packet may go out, as so many frames of so many bytes in all; {@code p} is read if {@link #looksAtPackets}.
     */
    boolean sends(int bytes, int frames, Memory m, ParsedPacket p) {
        if (!limited) {
            return true;
        }
        long now = io.clock.nanoTime();
        if (!bytesOut.allows(now)) {
            io.counters.bwOutExceeded++;
            return false;
        }
        boolean local = looksAtPackets && isLinkLocal(m, p);
        if (local && !linkLocal.allows(now)) {
            io.counters.linkLocalExceeded++;
            return false;
        }
        if (!counts(now, frames, looksAtPackets && p.isFragment())) {
            return false;
        }
        if (local) {
            linkLocal.take(frames);
        }
        bytesOut.take(bytes);
        return true;
    }

    /** Whether a frame may come in. */
    boolean receives(int bytes) {
        if (!limited) {
            return true;
        }
        long now = io.clock.nanoTime();
        if (!bytesIn.allows(now)) {
            io.counters.bwInExceeded++;
            return false;
        }
        if (!counts(now, 1, false)) {
            return false;
        }
        bytesIn.take(bytes);
        return true;
    }

    private boolean counts(long now, int frames, boolean fragment) {
        if (!packets.allows(now) || fragment && !fragments.allows(now)) {
            io.counters.ppsExceeded++;
            return false;
        }
        packets.take(frames);
        if (fragment) {
            fragments.take(frames);
        }
        return true;
    }

    private static boolean isLinkLocal(Memory m, ParsedPacket p) {
        return switch (p.ipVersion()) {
            case 4 -> Ipv4.destination(m, p.l3Offset()) >>> 16 == LINK_LOCAL_4;
            case 6 -> Ipv6.destinationHigh(m, p.l3Offset()) >>> 32 == LINK_LOCAL_6;
            default -> false;
        };
    }
}
