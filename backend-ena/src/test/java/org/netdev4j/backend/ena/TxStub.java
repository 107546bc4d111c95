package org.netdev4j.backend.ena;

import static org.netdev4j.backend.ena.Bytes.word;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The device's side of a transmit queue, from the layouts of [AMZN ena_eth_io_defs.h]: takes what a doorbell announces,
 * holds it against the rules, and completes what the test tells it to.
 */
final class TxStub {
    /** A packet as the device got it. {@code meta} is what was cached when it came. */
    record Sent(int reqId, byte[] bytes, int word1, int header, int descriptors, Meta meta, boolean broughtMeta) {
    }

    /** Metadata. */
    record Meta(int mss, int l3Length, int l3Offset, int l4Words) {
    }

    final List<Sent> sent = new ArrayList<>();
    final List<Integer> doorbells = new ArrayList<>();
    private final DeviceReach reach;
    private final long sq;
    private final long cq;
    private final int depth;
    private final int cqEntry;
    private final LlqPlan llq;
    private final byte[] pushed;
    private int head;
    private int cqTail;
    private Meta cached;
    private int mostInBurst;

    TxStub(DeviceReach reach, EnaTxQueue queue, Optional<LlqPlan> llq) {
        this.reach = reach;
        this.llq = llq.orElse(null);
        sq = queue.sqIova();
        cq = queue.cqIova();
        depth = queue.sqDepth();
        cqEntry = queue.cqEntryBytes();
        pushed = this.llq == null ? null : new byte[depth * this.llq.entryBytes()];
    }

    int mostInBurst() {
        return mostInBurst;
    }

    void push(long offset, long value) {
        ByteBuffer.wrap(pushed).order(ByteOrder.LITTLE_ENDIAN).putLong((int) offset, value);
    }

    /** The bytes of an entry of device memory. */
    byte[] entry(int index) {
        byte[] out = new byte[llq.entryBytes()];
        System.arraycopy(pushed, index * out.length, out, 0, out.length);
        return out;
    }

    void doorbell(int value) {
        check(value >= 0 && value <= 0xffff, "a doorbell has 16 bits: " + value);
        int entries = value - head & 0xffff;
        check(entries > 0, "a doorbell that announces nothing, at " + value);
        check(entries < depth, "a doorbell announces " + entries + " entries of " + depth);
        mostInBurst = Math.max(mostInBurst, entries);
        doorbells.add(value);
        int end = head + entries;
        while (head != end) {
            takePacket();
        }
    }

    private void takePacket() {
        List<byte[]> descriptors = new ArrayList<>();
        byte[] header = new byte[0];
        int start = head;
        int left = 0;
        byte[] entry = null;
        int slot = 0;
        boolean last = false;
        while (!last) {
            byte[] descriptor;
            if (llq == null) {
                descriptor = reach.read(sq + 16L * (head & depth - 1), 16);
                checkPhase(descriptor);
                head++;
            } else {
                if (left == 0) {
                    entry = entry(head & depth - 1);
                    left = head == start ? llq.descsBeforeHeader() : llq.descsPerEntry();
                    slot = 0;
                }
                descriptor = slice(entry, 16 * slot, 16);
                checkPhase(descriptor);
                if (head == start) {
                    header = slice(entry, llq.headerOffset(), entry.length - llq.headerOffset());
                }
                slot++;
                left--;
            }
            int word0 = word(descriptor, 0);
            check((word0 >>> 26 & 1) == (descriptors.isEmpty() ? 1 : 0), "first is in the first descriptor alone");
            last = (word0 >>> 27 & 1) == 1;
            descriptors.add(descriptor);
            if (llq != null && (left == 0 || last)) {
                checkRest(entry, slot, head == start);
                head++;
            }
        }
        sent.add(assemble(descriptors, header));
    }

    private void checkPhase(byte[] descriptor) {
        check((word(descriptor, 0) >>> 24 & 1) == (head / depth & 1 ^ 1), "phase of entry " + (head & depth - 1));
    }

    /** What says nothing is zero. */
    private void checkRest(byte[] entry, int slots, boolean first) {
        int end = first ? llq.headerOffset() : entry.length;
        for (int i = 16 * slots; i < end; i++) {
            check(entry[i] == 0, "byte " + i + " of an entry with " + slots + " descriptors");
        }
    }

    private Sent assemble(List<byte[]> descriptors, byte[] headerArea) {
        int at = 0;
        boolean meta = (word(descriptors.get(0), 0) >>> 23 & 1) == 1;
        if (meta) {
            cached = meta(descriptors.get(0));
            at++;
        }
        byte[] first = descriptors.get(at);
        int word0 = word(first, 0);
        int word1 = word(first, 1);
        int header = word(first, 3) >>> 24;
        check((word0 >>> 28 & 1) == 1, "the first data descriptor asks for a completion");
        check((word1 & 0x003c_0000) == 0 && (word0 & 0xe240_0000) == 0, "bits that must be zero");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(headerArea, 0, header);
        for (int i = header; i < headerArea.length; i++) {
            check(headerArea[i] == 0, "byte " + i + " behind a header of " + header);
        }
        for (int i = at; i < descriptors.size(); i++) {
            byte[] d = descriptors.get(i);
            check((word(d, 0) >>> 23 & 1) == 0, "one meta descriptor, and it comes first");
            check(i == at || (word(d, 0) & 0x103f_0000) == 0 && word(d, 1) == 0,
                "later descriptors have no id and no requests");
            int length = word(d, 0) & 0xffff;
            check(length > 0 || i == at && header > 0 && descriptors.size() == at + 1, "a buffer of no bytes");
            if (length > 0) {
                long iova = word(d, 2) & 0xffff_ffffL | (long) (word(d, 3) & 0xffff) << 32;
                bytes.writeBytes(reach.read(iova, length));
            }
        }
        return new Sent(word0 >>> 16 << 10 & 0xfc00 | word1 >>> 22, bytes.toByteArray(), word1 & 0x3f_ffff, header,
            descriptors.size(), cached, meta);
    }

    private static Meta meta(byte[] d) {
        int word0 = word(d, 0);
        int word2 = word(d, 2);
        check((word0 >>> 14 & 1) == 1 && (word0 >>> 20 & 1) == 1 && (word0 >>> 21 & 1) == 1,
            "extended metadata, valid, to be stored");
        check(word(d, 1) == 0 && word(d, 3) == 0, "reserved words of a meta descriptor");
        return new Meta((word0 >>> 16 & 0xf) << 10 | word2 >>> 22, word2 & 0xff, word2 >>> 8 & 0xff, word2 >>> 16 & 0x3f);
    }

    /** Completes a packet. */
    void complete(int reqId) {
        write(reqId, phase() << 24);
    }

    /** Completes all that was sent and not completed by this, in order. */
    void completeAll() {
        sent.forEach(packet -> complete(packet.reqId()));
        sent.clear();
    }

    /** Writes a completion with these upper 16 bits of word 0, whatever they say. */
    void write(int reqId, int upper) {
        byte[] entry = new byte[cqEntry];
        System.arraycopy(Bytes.words(reqId | upper, head << 16), 0, entry, 0, 8);
        reach.write(cq + (long) cqEntry * (cqTail & depth - 1), entry);
        cqTail++;
    }

    /** The phase of the next completion. */
    int phase() {
        return cqTail / depth & 1 ^ 1;
    }

    private static byte[] slice(byte[] from, int at, int length) {
        byte[] out = new byte[length];
        System.arraycopy(from, at, out, 0, length);
        return out;
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("the device objects: " + rule);
        }
    }
}
