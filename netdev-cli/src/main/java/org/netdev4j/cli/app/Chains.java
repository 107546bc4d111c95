package org.netdev4j.cli.app;

import org.netdev4j.api.NetBuf;
import org.netdev4j.net.Checksum;
import org.netdev4j.platform.memory.Memory;

/** What is done to packets that may lie in several buffers. */
final class Chains {
    private Chains() {
    }

    /** Internet checksum's sum over a part of a packet, which is there. */
    static int sum(NetBuf packet, int offset, int length) {
        int sum = Checksum.EMPTY;
        int done = 0;
        int from = offset;
        for (NetBuf segment = packet; done < length; segment = segment.next()) {
            int here = Math.min(segment.length() - from, length - done);
            if (here > 0) {
                sum = Checksum.append(sum, done, Checksum.sum(segment.memory(), segment.dataOffset() + from, here));
                done += here;
            }
            from = Math.max(0, from - segment.length());
        }
        return sum;
    }

    /**
     * Copies a whole packet.
     *
     * @return its length, or the room if that is less
     */
    static int copy(NetBuf packet, Memory into, int room) {
        int done = 0;
        for (NetBuf segment = packet; segment != null && done < room; segment = segment.next()) {
            int here = Math.min(segment.length(), room - done);
            segment.copyTo(0, into, done, here);
            done += here;
        }
        return done;
    }
}
