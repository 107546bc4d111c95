package org.netdev4j.api.decorate;

import org.netdev4j.api.NetBuf;
import org.netdev4j.platform.RandomSource;

/**
 * Decides the faults of one queue: the same for the same seed and the same packets, whatever other queues do. For the
 * queue's thread.
 */
final class FaultDice {
    /** What happens to a packet. */
    enum Fault {
        NONE, DROP, DUPLICATE, CORRUPT, REORDER
    }

    private final PacketFaults faults;
    private final RandomSource random;
    // Written by the queue's thread, read racily.
    private final long[] counts = new long[Fault.values().length];

    FaultDice(PacketFaults faults, long seed) {
        this.faults = faults;
        this.random = RandomSource.seeded(seed);
    }

    /** The fault of the next packet. */
    Fault next() {
        double draw = random.nextDouble();
        if (draw < faults.drop()) {
            return Fault.DROP;
        }
        draw -= faults.drop();
        if (draw < faults.duplicate()) {
            return Fault.DUPLICATE;
        }
        draw -= faults.duplicate();
        if (draw < faults.corrupt()) {
            return Fault.CORRUPT;
        }
        draw -= faults.corrupt();
        return draw < faults.reorder() ? Fault.REORDER : Fault.NONE;
    }

    /** Notes that a fault was done to a packet. */
    void done(Fault fault) {
        counts[fault.ordinal()]++;
    }

    long count(Fault fault) {
        return counts[fault.ordinal()];
    }

    /** Any bit of a packet, from 0. */
    int anyBit(NetBuf packet) {
        return random.nextInt(packet.packetLength() * Byte.SIZE);
    }

    /** Turns one bit of a packet the other way round. */
    static void flip(NetBuf packet, int bit) {
        int offset = bit / Byte.SIZE;
        NetBuf segment = packet;
        while (offset >= segment.length()) {
            offset -= segment.length();
            segment = segment.next();
        }
        segment.putByte(offset, segment.getByte(offset) ^ 1 << bit % Byte.SIZE);
    }

    /** A copy of a packet from the same pools; null if they have not enough buffers. */
    static NetBuf copy(NetBuf packet) {
        NetBuf head = null;
        for (NetBuf segment = packet; segment != null; segment = segment.next()) {
            NetBuf twin = segment.pool().allocate();
            if (twin == null) {
                if (head != null) {
                    head.free();
                }
                return null;
            }
            twin.setData(segment.headroom(), segment.length());
            twin.copyFrom(0, segment.memory(), segment.dataOffset(), segment.length());
            twin.copyNotes(segment);
            if (head == null) {
                head = twin;
            } else {
                head.chain(twin);
            }
        }
        return head;
    }
}
