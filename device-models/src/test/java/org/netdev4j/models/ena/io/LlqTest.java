package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Low-latency queues: entries as ena_eth_com.c writes them. */
class LlqTest {
    private final IoRig rig = new IoRig();
    private ByteBuffer entry;
    private int slot;
    private int slots;

    @AfterEach
    void close() {
        rig.close();
    }

    private TxSide llq(int depth) {
        TxSide tx = new TxSide(rig, depth, true, 2, -1);
        newPacket();
        return tx;
    }

    private void newPacket() {
        entry = ByteBuffer.allocate(rig.settings.llqEntryBytes).order(ByteOrder.LITTLE_ENDIAN);
        slot = 0;
        slots = rig.settings.llqDescsBeforeHeader;
    }

    private void header(byte[] bytes) {
        entry.put(rig.settings.llqDescsBeforeHeader * 16, bytes);
    }

    private void desc(TxSide tx, int word0, int word1, long address) {
        if (slot == slots) {
            push(tx, 8);
            newPacket();
            slots = rig.settings.llqMultipleStride ? rig.settings.llqEntryBytes / 16 : 1;
        }
        entry.putInt(slot * 16, word0 | tx.phase()).putInt(slot * 16 + 4, word1).putLong(slot * 16 + 8, address);
        slot++;
    }

    private void push(TxSide tx, int width) {
        long at = tx.llqOffset + (long) (tx.tail & tx.depth - 1) * rig.settings.llqEntryBytes;
        for (int i = 0; i < entry.capacity(); i += width) {
            rig.io.llqWrite(at + i, width, width == 8 ? entry.getLong(i) : entry.getInt(i) & 0xffff_ffffL);
        }
        tx.tail++;
    }

    /** A packet whose first bytes are pushed and whose rest is in so many buffers. */
    private void packet(TxSide tx, byte[] frame, int pushed, int buffers, int id, boolean meta) {
        newPacket();
        header(Arrays.copyOf(frame, pushed));
        if (meta) {
            desc(tx, 1 << 14 | 1 << 20 | 1 << 21 | TxSide.META | TxSide.FIRST, 0, 0);
        }
        int first = (meta ? 0 : TxSide.FIRST) | TxSide.COMP_REQ;
        int rest = frame.length - pushed;
        long iova = rest == 0 ? 0 : rig.put(Arrays.copyOfRange(frame, pushed, frame.length));
        int done = 0;
        int count = Math.max(1, buffers);
        for (int i = 0; i < count; i++) {
            int length = buffers == 0 ? 0 : i == count - 1 ? rest - done : rest / count;
            int flags = (i == 0 ? first : 0) | (i == count - 1 ? TxSide.LAST : 0);
            long address = (buffers == 0 ? 0 : iova + done) | (i == 0 ? (long) pushed << 56 : 0);
            desc(tx, length | flags | (i == 0 ? id >> 10 << 16 : 0), i == 0 ? (id & 0x3ff) << 22 : 0, address);
            done += length;
        }
        push(tx, 8);
    }

    @ParameterizedTest
    @CsvSource({"128,1,true", "128,2,true", "128,4,true", "128,2,false", "192,2,true", "192,8,true", "256,2,true",
        "256,8,true",
        "256,4,false", "256,1,false"})
    void sends_inEachForm(int bytes, int before, boolean multiple) {
        rig.settings.llqEntryBytes = bytes;
        rig.settings.llqDescsBeforeHeader = before;
        rig.settings.llqMultipleStride = multiple;
        TxSide tx = llq(64);
        int room = Math.min(255, bytes - 16 * before);
        int id = 0;
        for (int buffers : new int[] {0, 1, 2, 3, 9, 16}) {
            for (boolean meta : new boolean[] {false, true}) {
                byte[] frame = buffers == 0 ? Frames.plain(Math.max(14, room)) : Frames.plain(room + 500);
                rig.wire.sent.clear();
                packet(tx, frame, buffers == 0 ? frame.length : room, buffers, id, meta);
                tx.go();
                assertEquals(List.of(), rig.halted);
                assertArrayEquals(frame, rig.wire.sent.get(0), buffers + " buffers, meta " + meta);
                assertEquals(List.of(id++), tx.completed());
            }
        }
    }

    @Test
    void fetchesNoDescriptors_andNoPushedBytes() {
        TxSide tx = llq(64);
        packet(tx, Frames.plain(90), 90, 0, 1, false);
        tx.go();
        assertEquals(0, rig.dmaReads);
        assertEquals(1, rig.wire.sent.size());
    }

    @Test
    void readsLiteralEntry() {
        TxSide tx = llq(64);
        // Descriptor: no buffer, id 5, phase, first, last, comp_req, 14 bytes of header; an unused slot; then the header.
        byte[] literal = Arrays.copyOf(Frames.hex("0000001d 00004001 00000000 0000000e" + "00".repeat(16)
            + "020000000001 020000000002 88b5"), 128);
        ByteBuffer words = ByteBuffer.wrap(literal).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 128; i += 8) {
            rig.io.llqWrite(tx.llqOffset + i, 8, words.getLong(i));
        }
        tx.tail = 1;
        tx.go();
        assertEquals("02000000000102000000000288b5", Frames.hex(rig.wire.sent.get(0)));
        assertEquals(List.of(5), tx.completed());
    }

    @Test
    void wrapsWithPhase_alsoInsideAPacket() {
        TxSide tx = llq(4);
        for (int id = 0; id < 40; id++) {
            byte[] frame = Frames.plain(500 + id);
            packet(tx, frame, 96, 9, id & 3, false);
            tx.go();
            assertEquals(List.of(), rig.halted);
            assertArrayEquals(frame, rig.wire.sent.get(id));
            assertEquals(List.of(id & 3), tx.completed());
        }
    }

    @Test
    void takesWritesOf32Bits() {
        TxSide tx = llq(64);
        newPacket();
        header(Frames.plain(60));
        desc(tx, TxSide.ONLY, 3 << 22, 60L << 56);
        push(tx, 4);
        tx.go();
        assertEquals(List.of(3), tx.completed());
    }

    @Test
    void halts_atEntryNotWhollyWritten() {
        TxSide tx = llq(64);
        newPacket();
        header(Frames.plain(60));
        desc(tx, TxSide.ONLY, 3 << 22, 60L << 56);
        for (int i = 0; i < 120; i += 8) {
            rig.io.llqWrite(tx.llqOffset + i, 8, entry.getLong(i));
        }
        tx.tail = 1;
        tx.go();
        assertEquals(List.of("entry of a low-latency queue that was not wholly written"), rig.halted);
        assertEquals(1, rig.io.counters().partialEntries);
        assertEquals(0, rig.wire.sent.size());
    }

    @Test
    void halts_atEntryNotWrittenAgain_inNextLap() {
        TxSide tx = llq(2);
        for (int i = 0; i < 2; i++) {
            packet(tx, Frames.plain(60), 60, 0, i, false);
            tx.go();
        }
        rig.io.doorbell(tx.sq, 3);
        rig.run();
        assertEquals(List.of("entry of a low-latency queue that was not wholly written"), rig.halted);
    }

    @Test
    void halts_atHeaderLongerThanTheEntry() {
        TxSide tx = llq(64);
        newPacket();
        desc(tx, TxSide.ONLY, 0, 97L << 56);
        push(tx, 8);
        tx.go();
        assertEquals(List.of("header longer than the device takes"), rig.halted);
    }

    @Test
    void dropsWhatIsBeyondTheBurst_andGoesOnAfterIt() {
        rig.settings.llqBurstEntries = 4;
        TxSide tx = llq(64);
        for (int id = 0; id < 6; id++) {
            packet(tx, Frames.plain(60 + id), 60, id == 0 ? 0 : 1, id, false);
        }
        tx.go();
        assertEquals(List.of(0, 1, 2, 3), tx.completed());
        assertEquals(2, rig.io.counters().burstViolations);
        assertEquals(2, rig.io.counters().txDrops);
        packet(tx, Frames.plain(77), 60, 1, 9, false);
        tx.go();
        assertEquals(List.of(9), tx.completed());
        assertEquals(List.of(), rig.halted);
    }

    @Test
    void dropsThePacketThatTheBurstCutsInTwo() {
        rig.settings.llqBurstEntries = 2;
        TxSide tx = llq(64);
        packet(tx, Frames.plain(60), 60, 0, 0, false);
        // 2 descriptors and 8: two entries, of which the second is lost.
        packet(tx, Frames.plain(500), 96, 9, 1, false);
        tx.go();
        assertEquals(List.of(0), tx.completed());
        packet(tx, Frames.plain(61), 60, 1, 2, false);
        tx.go();
        assertEquals(List.of(2), tx.completed());
        assertEquals(2, rig.wire.sent.size());
        assertEquals(List.of(), rig.halted);
    }

    @Test
    void burstsOfTheLimit_areNoViolation() {
        rig.settings.llqBurstEntries = 4;
        TxSide tx = llq(64);
        for (int id = 0; id < 32; id++) {
            packet(tx, Frames.plain(60), 60, 0, id, false);
            if (id % 4 == 3) {
                // The device does not get to run: all doorbells count.
                tx.ring();
            }
        }
        rig.run();
        assertEquals(32, tx.completed().size());
        assertEquals(0, rig.io.counters().burstViolations);
    }

    @Test
    void halts_withoutMeta_ifCachingIsOff() {
        rig.settings.metaCachingDisabled = true;
        TxSide tx = llq(64);
        packet(tx, Frames.plain(60), 60, 0, 0, true);
        tx.go();
        assertEquals(List.of(0), tx.completed());
        packet(tx, Frames.plain(60), 60, 0, 1, false);
        tx.go();
        assertEquals(List.of("packet without a meta descriptor while meta caching is off"), rig.halted);
    }

    @Test
    void queuesHaveTheirOwnWindows() {
        TxSide a = llq(64);
        TxSide b = llq(64);
        assertNotEquals(a.llqOffset, b.llqOffset);
        packet(a, Frames.plain(60), 60, 0, 1, false);
        a.go();
        assertEquals(List.of(1), a.completed());
        rig.io.destroySq(true, a.sq);
        rig.io.llqWrite(a.llqOffset, 8, 1);
        assertEquals(1, rig.io.counters().strayWrites);
        packet(b, Frames.plain(60), 60, 0, 2, false);
        b.go();
        assertEquals(List.of(2), b.completed());
    }

    @Test
    void writesOutsideOfEveryWindow_areCountedOnly() {
        TxSide tx = llq(64);
        rig.io.llqWrite(tx.llqOffset + 64 * 128, 8, 1);
        rig.io.llqWrite(-8, 8, 1);
        rig.io.llqWrite(Long.MAX_VALUE - 7, 8, 1);
        rig.io.llqWrite(tx.llqOffset + 4, 8, 1);
        assertEquals(4, rig.io.counters().strayWrites);
    }
}
