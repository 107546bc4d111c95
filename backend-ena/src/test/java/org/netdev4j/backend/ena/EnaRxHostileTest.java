package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.backend.ena.spec.ResetReason;

/** Receive completions that are wrong: each ends in a named reason, no buffer is lost, and a restart heals. */
class EnaRxHostileTest {
    private final Rig rig = new Rig();
    private final NetBuf[] into = new NetBuf[64];
    private EnaRxQueue rx = rig.rx(16, false);

    @AfterEach
    void close() {
        rig.close();
    }

    /** The next poll finds trouble after {@code before} good packets; then nothing moves, and a restart heals. */
    private void expect(ResetReason reason, String evidence, int before) {
        int status = rx.poll(into, 0, into.length);
        assertEquals(before, BurstStatus.count(status));
        NetBufPool.free(into, 0, before);
        assertEquals(List.of(reason), rig.reasons);
        assertTrue(rig.evidence.get(0).contains(evidence), rig.evidence.get(0));
        rig.rxDevice.receive(rig.rxDevice.posted.remove(rig.rxDevice.posted.size() - 1), new byte[60], 0);
        assertEquals(0, rx.poll(into, 0, into.length));
        assertEquals(1, rig.reasons.size(), "asked once");
        rx.drain();
        assertEquals(0, rig.pool.inUse());
        rig.startRx(rx);
        rig.rxDevice.receive(new byte[60], 0);
        assertEquals(1, BurstStatus.count(rx.poll(into, 0, into.length)));
        into[0].free();
        assertEquals(1, rig.reasons.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 1000, 0x8000, 0xffff})
    @DisplayName("ENA 39: an id out of range")
    void idOutOfRange(int id) {
        rig.rxDevice.receive(new byte[60], 0);
        rig.rxDevice.complete(RxStub.WHOLE, 60, id, 0, 0);
        expect(ResetReason.INV_RX_REQ_ID, "buffer " + id, 1);
        assertEquals(1, rig.context.rxStats(0).badRequestId);
    }

    @Test
    @DisplayName("ENA 39: an id in range that was never posted")
    void idNotPosted() {
        rig.rxDevice.complete(RxStub.WHOLE, 60, 15, 0, 0);
        expect(ResetReason.INV_RX_REQ_ID, "buffer 15, which is not posted", 0);
    }

    @Test
    @DisplayName("ENA 39: an id that comes twice")
    void idRepeated() {
        RxStub.Posted buffer = rig.rxDevice.take();
        rig.rxDevice.receive(buffer, new byte[60], 0);
        rig.rxDevice.receive(buffer, new byte[60], 0);
        expect(ResetReason.INV_RX_REQ_ID, "which is not posted", 1);
    }

    @Test
    @DisplayName("ENA 39: the same buffer twice in one packet")
    void idRepeatedInAChain() {
        RxStub.Posted buffer = rig.rxDevice.take();
        rig.rxDevice.part(buffer, new byte[200], 0, 100, RxStub.FIRST);
        rig.rxDevice.part(buffer, new byte[200], 100, 200, RxStub.LAST);
        expect(ResetReason.INV_RX_REQ_ID, "which is not posted", 0);
    }

    @Test
    @DisplayName("ENA 38: a wrong id in the middle of a chain: its buffers are freed once")
    void idWrongInAChain() {
        rig.rxDevice.part(rig.rxDevice.take(), new byte[300], 0, 100, RxStub.FIRST);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[300], 100, 200, 0);
        rig.rxDevice.complete(RxStub.LAST, 100, 999, 0, 0);
        expect(ResetReason.INV_RX_REQ_ID, "buffer 999", 0);
    }

    @Test
    @DisplayName("ENA 40: a packet begins inside another")
    void doubleFirst() {
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 0, 100, RxStub.FIRST);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 100, 200, RxStub.WHOLE);
        expect(ResetReason.RX_DESCRIPTOR_MALFORMED, "begins a packet", 0);
        assertEquals(1, rig.context.rxStats(0).malformed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, RxStub.LAST})
    @DisplayName("ENA 40: a packet goes on that was not begun")
    void noFirst(int flags) {
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 0, 100, flags);
        expect(ResetReason.RX_DESCRIPTOR_MALFORMED, "not begun", 0);
    }

    @Test
    @DisplayName("ENA 35, 40, 46: a packet with more buffers than agreed, as one that never ends")
    void noLast() {
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 0, 10, RxStub.FIRST);
        for (int i = 0; i < 4; i++) {
            rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 0, 10, 0);
        }
        expect(ResetReason.TOO_MANY_RX_DESCS, "part 5", 0);
        assertEquals(1, rig.context.rxStats(0).badDescriptorCount);
    }

    @Test
    void asManyBuffersAsAgreed_areTaken() {
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 0, 10, RxStub.FIRST);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 10, 20, 0);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 20, 30, 0);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[200], 30, 40, RxStub.LAST);
        assertEquals(1, BurstStatus.count(rx.poll(into, 0, 64)));
        assertEquals(4, into[0].segments());
        into[0].free();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 7, 1 << 17})
    @DisplayName("ENA 40: reserved bits, where the device says that it keeps them zero")
    void reservedBits(int bit) {
        rig.rxDevice.complete(RxStub.WHOLE | bit, 60, rig.rxDevice.take().reqId(), 0, 0);
        expect(ResetReason.RX_DESCRIPTOR_MALFORMED, "reserved bits", 0);
    }

    @Test
    void reservedBits_mayBeAnything_whereTheDevicePromisesNothing() {
        rx.drain();
        rig.terms(Optional.empty(), 16, 4, false, false);
        rig.startRx(rx);
        rig.rxDevice.complete(RxStub.WHOLE | 1 << 7 | 0xfe_0000, 60, rig.rxDevice.take().reqId(), 0, 0);
        assertEquals(1, BurstStatus.count(rx.poll(into, 0, 64)));
        into[0].free();
        assertEquals(List.of(), rig.reasons);
    }

    @ParameterizedTest
    @CsvSource({"2049, 0", "2048, 1", "2047, 2", "65535, 0", "65535, 255", "1794, 255"})
    @DisplayName("ENA 40: more bytes than the buffer has room for")
    void tooLong(int length, int offset) {
        rig.rxDevice.complete(RxStub.WHOLE, length, rig.rxDevice.take().reqId(), 0, offset);
        expect(ResetReason.RX_DESCRIPTOR_MALFORMED, length + " bytes", 0);
    }

    @ParameterizedTest
    @CsvSource({"2048, 0", "2047, 1", "1793, 255"})
    void asLongAsTheBuffer_isTaken(int length, int offset) {
        rig.rxDevice.complete(RxStub.WHOLE, length, rig.rxDevice.take().reqId(), 0, offset);
        assertEquals(1, BurstStatus.count(rx.poll(into, 0, 64)));
        assertEquals(length, into[0].length());
        into[0].free();
    }

    @Test
    @DisplayName("ENA 40: a completion of the wrong phase is none")
    void wrongPhase() {
        RxStub.Posted buffer = rig.rxDevice.take();
        rig.reach.write(rx.cqIova(), Bytes.words(RxStub.WHOLE, 60 | buffer.reqId() << 16, 0, 0));
        assertEquals(0, rx.poll(into, 0, 64));
        assertEquals(List.of(), rig.reasons);
    }

    @Test
    void randomCompletions_neverHarm() {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            rig.reasons.clear();
            for (int i = 0; i < 20 && rig.reasons.isEmpty(); i++) {
                int flags = random.nextInt() & ~(1 << 24);
                int id = random.nextInt(4) == 0 ? random.nextInt(0x1_0000) : random.nextInt(16);
                int length = random.nextInt(4) == 0 ? random.nextInt(0x1_0000) : random.nextInt(2100);
                rig.rxDevice.complete(flags | (random.nextBoolean() ? RxStub.WHOLE : 0), length, id, random.nextInt(),
                    random.nextInt(256));
                int count = BurstStatus.count(rx.poll(into, 0, 64));
                for (int p = 0; p < count; p++) {
                    into[p].packetBytes();
                    into[p].free();
                }
            }
            rx.drain();
            assertEquals(0, rig.pool.inUse());
            rig.startRx(rx);
        }
    }
}
