package org.netdev4j.models.ena.io;

import java.util.Arrays;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.platform.memory.Memory;

/**
 * A low-latency ring: entries in the device's memory that the driver pushes with 64-bit stores, descriptors and header
 * together. The first entry of a packet has a few descriptors and then the header, later ones only descriptors; what is
 * left of a packet's last entry is unused [AMZN ena_eth_com.c].
 *
 * <p>The memory is an array of the JVM, so that a driver that writes to a queue which is being destroyed harms nobody. Its
 * words are plain; the tail that is written after them publishes them.
 */
final class LlqTxRing extends TxRing {
    private final IoContext io;
    private final int window;
    private final int depth;
    private final int entryBytes;
    private final int descsBeforeHeader;
    private final int descsPerEntry;
    private final int burst;
    private final long[] words;
    // Which 4-byte parts of an entry were written since the device read it last.
    private final long[] written;
    private final long complete;
    // Entries beyond the burst limit, which the device never got.
    private final boolean[] lost;
    private int head;
    private int headerEntry;
    private int slot;
    private int slots;
    private boolean inEntry;
    private boolean inPacket;

    LlqTxRing(IoContext io, int window, int depth) {
        EnaSettings settings = io.settings;
        this.io = io;
        this.window = window;
        this.depth = depth;
        this.entryBytes = settings.llqEntryBytes;
        this.descsBeforeHeader = settings.llqDescsBeforeHeader;
        this.descsPerEntry = settings.llqMultipleStride ? entryBytes / TxDescriptor.BYTES : 1;
        this.burst = settings.llqBurstEntries;
        this.words = new long[depth * entryBytes / Long.BYTES];
        this.written = new long[depth];
        this.complete = -1L >>> Long.SIZE - entryBytes / Integer.BYTES;
        this.lost = new boolean[depth];
        // What a driver has to write whole starts as something that is no descriptor.
        Arrays.fill(words, 0xdead_beef_dead_beefL);
    }

    /** The window of BAR2. */
    int window() {
        return window;
    }

    /** A write of the driver; false if it lies behind the ring or is not aligned. */
    boolean write(int offset, int width, long value) {
        if (offset + width > words.length * Long.BYTES || (offset & width - 1) != 0) {
            return false;
        }
        int word = offset / Long.BYTES;
        if (width == Long.BYTES) {
            words[word] = value;
        } else {
            int shift = (offset & 7) * Byte.SIZE;
            long mask = (1L << width * Byte.SIZE) - 1 << shift;
            words[word] = words[word] & ~mask | value << shift & mask;
        }
        if (width >= Integer.BYTES) {
            long parts = width == Long.BYTES ? 3 : 1;
            written[offset / entryBytes] |= parts << offset % entryBytes / Integer.BYTES;
        }
        return true;
    }

    @Override
    void announce(int from, int to) {
        int entries = to - from & SubmissionQueue.COUNTER_MASK;
        if (burst == 0 || entries <= burst || entries > depth) {
            return;
        }
        for (int i = burst; i < entries; i++) {
            lost[from + i & depth - 1] = true;
        }
        io.counters.burstViolations += entries - burst;
    }

    @Override
    int next(SubmissionQueue queue) {
        if (inEntry && slot == slots) {
            leaveEntry();
        }
        if (!inEntry) {
            int entered = enter(queue);
            if (entered != READY) {
                return entered;
            }
        }
        int at = (queue.slot(head) * entryBytes + slot * TxDescriptor.BYTES) / Long.BYTES;
        words01 = words[at];
        words23 = words[at + 1];
        if ((words01 & TxDescriptor.PHASE) != 0 != queue.phaseAt(head)) {
            return fail("transmit descriptor with a wrong phase bit in a low-latency queue");
        }
        slot++;
        return READY;
    }

    private int enter(SubmissionQueue queue) {
        int announced = queue.announcedAfter(head);
        if (announced == 0) {
            return EMPTY;
        }
        if (announced > depth) {
            return fail("doorbell announces more entries than the low-latency queue has");
        }
        int entry = queue.slot(head);
        long parts = written[entry];
        written[entry] = 0;
        if (lost[entry]) {
            lost[entry] = false;
            packetEnd();
            return LOST;
        }
        if (parts != complete) {
            io.counters.partialEntries++;
            return fail("entry of a low-latency queue that was not wholly written");
        }
        if (!inPacket) {
            headerEntry = entry;
        }
        slots = inPacket ? descsPerEntry : descsBeforeHeader;
        slot = 0;
        inEntry = true;
        inPacket = true;
        return READY;
    }

    private void leaveEntry() {
        head = head + 1 & SubmissionQueue.COUNTER_MASK;
        inEntry = false;
    }

    @Override
    void packetEnd() {
        leaveEntry();
        inPacket = false;
    }

    @Override
    int head() {
        return head;
    }

    @Override
    void header(Memory into, int length) {
        int from = (headerEntry * entryBytes + descsBeforeHeader * TxDescriptor.BYTES) / Long.BYTES;
        for (int i = 0; i < length; i += Long.BYTES) {
            into.putLong(i, words[from + i / Long.BYTES]);
        }
    }

    @Override
    int form() {
        return entryBytes / 64 << 5 | descsBeforeHeader << 1 | (descsPerEntry > 1 ? 1 : 0);
    }

    @Override
    String formText() {
        return "in the device, entries of " + entryBytes + " bytes, " + descsBeforeHeader + " descriptors before the header, "
            + (descsPerEntry > 1 ? "several" : "one") + " in later entries";
    }

    @Override
    int mostHeader() {
        return entryBytes - descsBeforeHeader * TxDescriptor.BYTES;
    }
}
