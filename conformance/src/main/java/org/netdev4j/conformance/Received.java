package org.netdev4j.conformance;

import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.frame.Frame;

/**
 * A packet that the device received, copied out of its buffers, which are freed.
 *
 * @param queue     number of the queue
 * @param bytes     its bytes
 * @param flags     flags of {@link NetBuf}
 * @param hash      RSS hash
 * @param vlanTci   VLAN tag
 * @param segments  buffers it came in
 * @param timestamp time stamp
 */
public record Received(int queue, byte[] bytes, int flags, int hash, int vlanTci, int segments, long timestamp) {
    static Received take(int queue, NetBuf packet) {
        Received copy = new Received(queue, packet.packetBytes(), packet.flags(), packet.hash(), packet.vlanTci(),
            packet.segments(),
            packet.timestamp());
        packet.free();
        return copy;
    }

    /** True if all flags of the mask are set. */
    public boolean has(int mask) {
        return (flags & mask) == mask;
    }

    /** True if a flag of the mask is set. */
    public boolean hasAny(int mask) {
        return (flags & mask) != 0;
    }

    /** The packet with what is known about it. */
    public Frame frame() {
        return Frame.parse(bytes);
    }
}
