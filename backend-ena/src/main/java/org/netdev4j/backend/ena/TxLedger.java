package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;

/**
 * Packets given to the device and not completed, by request id.
 *
 * <p>Threads: the queue's; {@link TxWatch} looks at stamps from another, racily.
 */
final class TxLedger {
    /** Most ring entries of one packet that can be noted. */
    static final int MAX_ENTRIES = 255;

    private static final int ENTRIES_SHIFT = 24;
    private static final int BYTES_MASK = (1 << ENTRIES_SHIFT) - 1;

    private final NetBuf[] packets;
    // Bytes of the packet, at most 64 KiB and some headers, and above them the ring entries that it takes.
    private final int[] notes;
    // When it was sent, at the latest; 0 if the id is free.
    private final long[] stamps;
    private final IdRing free;

    TxLedger(int size) {
        packets = new NetBuf[size];
        notes = new int[size];
        stamps = new long[size];
        free = new IdRing(size);
    }

    /** Notes a packet and returns its id. There are as many ids as ring entries, of which it has one at least. */
    int take(NetBuf packet, int bytes, int entries, long stamp) {
        int id = free.take();
        packets[id] = packet;
        notes[id] = bytes | entries << ENTRIES_SHIFT;
        stamps[id] = stamp;
        return id;
    }

    /** True if an id, of any value, is that of a packet under way. */
    boolean isUnderWay(int id) {
        return id < packets.length && packets[id] != null;
    }

    /** Bytes of a packet under way. */
    int bytes(int id) {
        return notes[id] & BYTES_MASK;
    }

    /** Ring entries of a packet under way. */
    int entries(int id) {
        return notes[id] >>> ENTRIES_SHIFT;
    }

    /** Hands out a packet under way; its id is free. */
    NetBuf give(int id) {
        NetBuf packet = packets[id];
        packets[id] = null;
        stamps[id] = 0;
        free.give(id);
        return packet;
    }

    /** Packets under way. */
    int pending() {
        return packets.length - free.available();
    }

    int size() {
        return packets.length;
    }

    /** Time by which a packet was sent; 0 if none has the id. Any thread. */
    long stamp(int id) {
        return stamps[id];
    }

    /** Frees all packets; returns how many there were. */
    int drain() {
        int count = 0;
        for (int id = 0; id < packets.length; id++) {
            if (packets[id] != null) {
                NetBuf packet = packets[id];
                packets[id] = null;
                stamps[id] = 0;
                packet.free();
                count++;
            }
        }
        free.reset();
        return count;
    }

    /** As new. */
    void reset() {
        drain();
    }
}
