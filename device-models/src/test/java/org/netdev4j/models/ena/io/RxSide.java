package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.backend.ena.spec.AdminStatus;

/** The driver's side of a receive queue, written from ena_eth_io_defs.h bit by bit. */
final class RxSide {
    final IoRig rig;
    final int depth;
    final int cq;
    final int sq;
    final long ring;
    final long completions;
    final int entryBytes;
    final long[] buffers;
    int tail;
    private int read;

    RxSide(IoRig rig, int depth, int entryWords, int vector) {
        this.rig = rig;
        this.depth = depth;
        this.entryBytes = entryWords * 4;
        this.buffers = new long[depth];
        completions = rig.allocate((long) depth * entryBytes);
        ring = rig.allocate(depth * 16L);
        cq = rig.cq(vector, entryWords, depth, completions).index();
        EnaIo.Created made = rig.io.createSq(false, false, cq, depth, IoRig.BASE + ring);
        assertEquals(AdminStatus.SUCCESS, made.status());
        sq = made.index();
    }

    /** Posts a buffer that exists, without ringing. */
    void post(int id, long at, int length) {
        long to = ring + (tail & depth - 1) * 16L;
        int phase = tail / depth % 2 == 0 ? 1 : 0;
        long iova = IoRig.BASE + at;
        buffers[id] = at;
        rig.memory.putShort(to, (short) length);
        rig.memory.putByte(to + 2, (byte) 0);
        rig.memory.putByte(to + 3, (byte) (0b11100 | phase));
        rig.memory.putShort(to + 4, (short) id);
        rig.memory.putShort(to + 6, (short) 0);
        rig.memory.putInt(to + 8, (int) iova);
        rig.memory.putShort(to + 12, (short) (iova >> 32));
        rig.memory.putShort(to + 14, (short) 0);
        tail++;
    }

    /** Posts new buffers with ids from 0 on, and rings. */
    void fill(int count, int length) {
        for (int i = 0; i < count; i++) {
            long at = rig.allocate(length);
            rig.memory.fill(at, length, (byte) 0xee);
            post(i, at, length);
        }
        ring();
    }

    void ring() {
        rig.io.doorbell(sq, tail & 0xffff);
        rig.run();
    }

    /** Lets a frame arrive. */
    void arrive(byte[] frame) {
        rig.wire.arriving.add(frame);
        rig.run();
    }

    /** The next new completion, or null. */
    Entry next() {
        long at = completions + (read & depth - 1) * (long) entryBytes;
        int status = rig.memory.getInt(at);
        if ((status >> 24 & 1) != 0 != (read / depth % 2 == 0)) {
            return null;
        }
        read++;
        return new Entry(status, rig.memory.getUnsignedShort(at + 4), rig.memory.getUnsignedShort(at + 6),
            rig.memory.getInt(at + 8),
            rig.memory.getUnsignedShort(at + 12), rig.memory.getUnsignedByte(at + 14), rig.memory.bytes(at, entryBytes));
    }

    /** All new completions. */
    List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        for (Entry each = next(); each != null; each = next()) {
            entries.add(each);
        }
        return entries;
    }

    /** The bytes that a completion says are in its buffer. */
    byte[] bytes(Entry entry, int offset) {
        return rig.memory.bytes(buffers[entry.id] + offset, entry.length);
    }

    /** A completion, field by field. */
    record Entry(int status, int length, int id, int hash, int queue, int offset, byte[] raw) {
        boolean first() {
            return (status >> 26 & 1) != 0;
        }

        boolean last() {
            return (status >> 27 & 1) != 0;
        }

        int l3() {
            return status & 0x1f;
        }

        int vlans() {
            return status >> 5 & 3;
        }

        int l4() {
            return status >> 8 & 0x1f;
        }

        boolean l3Bad() {
            return (status >> 13 & 1) != 0;
        }

        boolean l4Bad() {
            return (status >> 14 & 1) != 0;
        }

        boolean fragment() {
            return (status >> 15 & 1) != 0;
        }

        boolean l4Checked() {
            return (status >> 16 & 1) != 0;
        }

        /** Bits that must be zero. */
        int mustBeZero() {
            return status & (1 << 7 | 1 << 17);
        }
    }
}
