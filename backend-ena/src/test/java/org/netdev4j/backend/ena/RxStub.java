package org.netdev4j.backend.ena;

import static org.netdev4j.backend.ena.Bytes.word;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The device's side of a receive queue, from the layouts of [AMZN ena_eth_io_defs.h]. */
final class RxStub {
    static final int FIRST = 1 << 26;
    static final int LAST = 1 << 27;
    static final int WHOLE = FIRST | LAST;
    static final int BUFFER = 1 << 30;

    /** An empty buffer that the driver posted. */
    record Posted(int reqId, long iova, int length) {
    }

    final List<Posted> posted = new ArrayList<>();
    final List<Integer> doorbells = new ArrayList<>();
    private final DeviceReach reach;
    private final long sq;
    private final long cq;
    private final int depth;
    private final int cqEntry;
    private int head;
    private int cqTail;

    RxStub(DeviceReach reach, EnaRxQueue queue) {
        this.reach = reach;
        sq = queue.sqIova();
        cq = queue.cqIova();
        depth = queue.sqDepth();
        cqEntry = queue.cqEntryBytes();
    }

    void doorbell(int value) {
        int entries = value - head & 0xffff;
        check(value >= 0 && value <= 0xffff && entries > 0 && entries < depth, "a doorbell of " + value);
        doorbells.add(value);
        for (int i = 0; i < entries; i++, head++) {
            byte[] d = reach.read(sq + 16L * (head & depth - 1), 16);
            int word0 = word(d, 0);
            check((word0 >>> 24 & 1) == (head / depth & 1 ^ 1), "phase of descriptor " + (head & depth - 1));
            check((word0 & 0xfeff_0000) == 0x1c00_0000, "first, last and comp_req: 0x" + Integer.toHexString(word0));
            check(word(d, 1) >>> 16 == 0 && word(d, 3) >>> 16 == 0, "reserved bits");
            int length = (word0 & 0xffff) == 0 ? 0x1_0000 : word0 & 0xffff;
            long iova = word(d, 2) & 0xffff_ffffL | (long) word(d, 3) << 32;
            reach.memory(iova, length);
            posted.add(new Posted(word(d, 1) & 0xffff, iova, length));
        }
        check(posted.size() < depth, "more buffers than the ring may hold");
    }

    Posted take() {
        return posted.remove(0);
    }

    /** Receives a frame in the next buffer; {@code flags} of word 0 besides phase, first and last. */
    void receive(byte[] frame, int flags) {
        receive(take(), frame, flags);
    }

    /** Receives a frame in a buffer. */
    void receive(Posted buffer, byte[] frame, int flags) {
        reach.write(buffer.iova(), frame);
        complete(flags | WHOLE | BUFFER, frame.length, buffer.reqId(), 0, 0);
    }

    /** Receives a part of a frame in a buffer: {@code flags} has first or last, if so. */
    void part(Posted buffer, byte[] frame, int from, int to, int flags) {
        reach.write(buffer.iova(), Arrays.copyOfRange(frame, from, to));
        complete(flags | BUFFER, to - from, buffer.reqId(), 0, 0);
    }

    /** Writes a completion of the right phase. */
    void complete(int flags, int length, int reqId, int hash, int offset) {
        complete(flags, length, reqId, hash, offset, 0);
    }

    /** Writes a completion of the right phase. */
    void complete(int flags, int length, int reqId, int hash, int offset, long time) {
        byte[] entry = Bytes.words(flags | phase() << 24, length | reqId << 16, hash, offset << 16, 0, 0, (int) time,
            (int) (time >>> 32));
        reach.write(cq + (long) cqEntry * (cqTail & depth - 1), Arrays.copyOf(entry, cqEntry));
        cqTail++;
        posted.removeIf(buffer -> buffer.reqId() == reqId);
    }

    int phase() {
        return cqTail / depth & 1 ^ 1;
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("the device objects: " + rule);
        }
    }
}
