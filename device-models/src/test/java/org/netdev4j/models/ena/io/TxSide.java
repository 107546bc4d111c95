package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.backend.ena.spec.AdminStatus;

/**
 * The driver's side of a transmit queue in host memory, written from ena_eth_io_defs.h bit by bit and not with the
 * project's own definitions.
 */
final class TxSide {
    static final int META = 1 << 23;
    static final int FIRST = 1 << 26;
    static final int LAST = 1 << 27;
    static final int COMP_REQ = 1 << 28;
    static final int ONLY = FIRST | LAST | COMP_REQ;

    final IoRig rig;
    final int depth;
    final int cq;
    final int sq;
    final long llqOffset;
    final long ring;
    final long completions;
    final int entryBytes;
    int tail;
    private int read;

    TxSide(IoRig rig, int depth, boolean inDevice, int entryWords, int vector) {
        this.rig = rig;
        this.depth = depth;
        this.entryBytes = entryWords * 4;
        completions = rig.allocate((long) depth * entryBytes);
        ring = rig.allocate(depth * 16L);
        cq = rig.cq(vector, entryWords, depth, completions).index();
        EnaIo.Created made = rig.io.createSq(true, inDevice, cq, depth, IoRig.BASE + ring);
        assertEquals(AdminStatus.SUCCESS, made.status());
        sq = made.index();
        llqOffset = made.llqOffset();
    }

    /** The phase bit of the entry at the tail. */
    int phase() {
        return tail / depth % 2 == 0 ? 1 << 24 : 0;
    }

    /** Writes a descriptor of four words, as they are. */
    void raw(int word0, int word1, int word2, int word3) {
        long at = ring + (tail & depth - 1) * 16L;
        rig.memory.putInt(at, word0);
        rig.memory.putInt(at + 4, word1);
        rig.memory.putInt(at + 8, word2);
        rig.memory.putInt(at + 12, word3);
        tail++;
    }

    /** A data descriptor; {@code word1} without the id. */
    void data(int flags, long iova, int length, int id, int word1) {
        raw(length | id >> 10 << 16 | phase() | flags, (id & 0x3ff) << 22 | word1, (int) iova, (int) (iova >> 32) & 0xffff);
    }

    /** A meta descriptor with all flags that drivers set. */
    void meta(int flags, int mss, int l3Offset, int l3Length, int l4Words) {
        raw(1 << 14 | mss >> 10 << 16 | 1 << 20 | 1 << 21 | META | phase() | flags, 0,
            l3Length | l3Offset << 8 | l4Words << 16 | (mss & 0x3ff) << 22, 0);
    }

    /** Rings the doorbell. */
    void ring() {
        rig.io.doorbell(sq, tail & 0xffff);
    }

    /** Rings, and lets the device run. */
    void go() {
        ring();
        rig.run();
    }

    /** Sends one frame in one buffer, without offloads. */
    void send(byte[] frame, int id) {
        data(ONLY, rig.put(frame), frame.length, id, 0);
        go();
    }

    /** Offset in memory of the next completion if its phase says that it is new, else -1. */
    long next() {
        long at = completions + (read & depth - 1) * (long) entryBytes;
        boolean phase = (rig.memory.getByte(at + 3) & 1) != 0;
        if (phase != (read / depth % 2 == 0)) {
            return -1;
        }
        read++;
        return at;
    }

    /** Ids of all new completions. */
    List<Integer> completed() {
        List<Integer> ids = new ArrayList<>();
        for (long at = next(); at >= 0; at = next()) {
            ids.add(rig.memory.getUnsignedShort(at));
        }
        return ids;
    }
}
