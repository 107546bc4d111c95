package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.platform.memory.Memory;

class NetBufTest {
    private static final int ROOM = 256;
    private static final int HEAD = 64;

    private final FakeRig rig = new FakeRig();
    private final NetBufPool pool = NetBufPool.builder(rig.platform, "p").count(8).headroom(HEAD).dataRoom(ROOM).build();
    private final NetBuf buffer = pool.allocate();

    @AfterEach
    void close() {
        pool.close();
        rig.close();
    }

    @Test
    void freshBuffer_isEmpty_withTheStandardHeadroom() {
        assertEquals(0, buffer.length());
        assertEquals(HEAD, buffer.headroom());
        assertEquals(ROOM, buffer.tailroom());
        assertEquals(HEAD + ROOM, buffer.capacity());
        assertEquals(0, buffer.flags());
        assertNull(buffer.next());
        assertSame(pool, buffer.pool());
    }

    @Test
    void roomMoves_andBytesStayWhereTheyAre() {
        assertEquals(0, buffer.append(4));
        buffer.putInt(0, 0x01020304);
        assertEquals(4, buffer.append(2));
        buffer.putShort(4, 0xfffe);
        buffer.prepend(2);
        buffer.putShort(0, 0x0809);

        assertArrayEquals(new byte[] {8, 9, 1, 2, 3, 4, (byte) 0xff, (byte) 0xfe}, buffer.packetBytes());
        buffer.trimFront(1);
        buffer.trimEnd(2);
        assertArrayEquals(new byte[] {9, 1, 2, 3, 4}, buffer.packetBytes());
        assertEquals(HEAD - 1, buffer.headroom());
        assertEquals(ROOM - 4, buffer.tailroom());
        assertEquals(buffer.bufferIova() + HEAD - 1, buffer.dataIova());
        assertEquals(9, buffer.memory().getByte(buffer.dataOffset()));
    }

    @Test
    void numbers_areInNetworkOrder() {
        buffer.setLength(16);
        buffer.putLong(0, 0x0102030405060708L);
        buffer.putByte(8, 0x1ff);
        assertEquals(0x0102, buffer.getShort(0));
        assertEquals(0x04050607, buffer.getInt(3));
        assertEquals(0x0102030405060708L, buffer.getLong(0));
        assertEquals(0xff, buffer.getByte(8));
    }

    @Test
    void copies_goBothWays() {
        buffer.setLength(10);
        buffer.copyFrom(2, new byte[] {9, 1, 2, 3, 9}, 1, 3);
        byte[] out = new byte[5];
        buffer.copyTo(1, out, 0, 5);
        assertArrayEquals(new byte[] {0, 1, 2, 3, 0}, out);
        try (Memory memory = Memory.allocate("m", 16)) {
            buffer.copyTo(2, memory, 4, 3);
            assertArrayEquals(new byte[] {1, 2, 3}, memory.bytes(4, 3));
            buffer.copyFrom(7, memory, 4, 3);
            assertEquals(0x0102, buffer.getShort(7));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.copyTo(0, memory, 8, 9));
        }
    }

    static Stream<Arguments> beyond() {
        return Stream.of(
            Arguments.of("setData", run(b -> b.setData(0, HEAD + ROOM + 1))),
            Arguments.of("setData overflow", run(b -> b.setData(Integer.MAX_VALUE, 1))),
            Arguments.of("setData overflow", run(b -> b.setData(1, Integer.MAX_VALUE))),
            Arguments.of("setData negative", run(b -> b.setData(-1, 1))),
            Arguments.of("setData negative", run(b -> b.setData(1, -1))),
            Arguments.of("setLength", run(b -> b.setLength(ROOM + 1))),
            Arguments.of("prepend", run(b -> b.prepend(HEAD + 1))),
            Arguments.of("prepend negative", run(b -> b.prepend(-1))),
            Arguments.of("append", run(b -> b.append(ROOM - 9))),
            Arguments.of("append negative", run(b -> b.append(-1))),
            Arguments.of("append huge", run(b -> b.append(Integer.MAX_VALUE))),
            Arguments.of("trimFront", run(b -> b.trimFront(11))),
            Arguments.of("trimFront negative", run(b -> b.trimFront(-1))),
            Arguments.of("trimEnd", run(b -> b.trimEnd(11))),
            Arguments.of("trimEnd negative", run(b -> b.trimEnd(-1))),
            Arguments.of("getByte", run(b -> b.getByte(10))),
            Arguments.of("getByte negative", run(b -> b.getByte(-1))),
            Arguments.of("getShort", run(b -> b.getShort(9))),
            Arguments.of("getInt", run(b -> b.getInt(7))),
            Arguments.of("getLong", run(b -> b.getLong(3))),
            Arguments.of("getLong far", run(b -> b.getLong(Integer.MAX_VALUE))),
            Arguments.of("putByte", run(b -> b.putByte(10, 1))),
            Arguments.of("putShort", run(b -> b.putShort(9, 1))),
            Arguments.of("putInt", run(b -> b.putInt(7, 1))),
            Arguments.of("putLong", run(b -> b.putLong(3, 1))),
            Arguments.of("copyTo", run(b -> b.copyTo(8, new byte[8], 0, 3))),
            Arguments.of("copyTo negative count", run(b -> b.copyTo(8, new byte[8], 0, -1))),
            Arguments.of("copyTo past the end, negative count", run(b -> b.copyTo(11, new byte[8], 0, -1))),
            Arguments.of("copyTo small array", run(b -> b.copyTo(0, new byte[2], 0, 3))),
            Arguments.of("copyFrom", run(b -> b.copyFrom(8, new byte[8], 0, 3))),
            Arguments.of("copyFrom small array", run(b -> b.copyFrom(0, new byte[2], 0, 3))));
    }

    private static Consumer<NetBuf> run(Consumer<NetBuf> body) {
        return body;
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("beyond")
    void accessBeyondTheData_isRefused_andChangesNothing(String name, Consumer<NetBuf> call) {
        buffer.setData(HEAD, 10);

        assertThrows(IndexOutOfBoundsException.class, () -> call.accept(buffer));

        assertEquals(HEAD, buffer.headroom());
        assertEquals(10, buffer.length());
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("beyond")
    void accessToAFreeBuffer_isRefused(String name, Consumer<NetBuf> call) {
        buffer.setData(HEAD, 10);
        buffer.free();

        assertThrows(IndexOutOfBoundsException.class, () -> call.accept(buffer));
        assertEquals(0, buffer.length());
        assertEquals(0, buffer.tailroom());
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("beyond")
    void accessAfterThePoolWasClosed_isRefused(String name, Consumer<NetBuf> call) {
        buffer.setData(HEAD, 10);
        pool.close();

        IndexOutOfBoundsException e = assertThrows(IndexOutOfBoundsException.class, () -> call.accept(buffer));

        assertTrue(e.getMessage().endsWith("; pool p is closed") || e.getMessage().contains("small")
            || name.contains("array"),
            e.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(0));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.setLength(1));
        assertEquals(0, buffer.packetBytes().length);
    }

    @Test
    void chain_isOnePacket() {
        NetBuf second = pool.allocate();
        NetBuf third = pool.allocate();
        buffer.append(1);
        buffer.putByte(0, 1);
        second.append(2);
        second.putShort(0, 0x0203);
        third.append(1);
        third.putByte(0, 4);
        second.chain(third);
        buffer.chain(second);

        assertEquals(3, buffer.segments());
        assertEquals(4, buffer.packetLength());
        assertArrayEquals(new byte[] {1, 2, 3, 4}, buffer.packetBytes());
        assertSame(second, buffer.unchain());
        assertNull(buffer.next());
        assertEquals(2, second.segments());
        buffer.chain(second);
        buffer.free();
        assertEquals(0, pool.inUse());
    }

    @Test
    void chain_refusesWhatWouldBeARing() {
        NetBuf second = pool.allocate();
        NetBuf third = pool.allocate();
        buffer.chain(second);
        second.chain(third);

        assertThrows(IllegalArgumentException.class, () -> buffer.chain(buffer));
        assertThrows(IllegalArgumentException.class, () -> buffer.chain(third));
        assertThrows(IllegalArgumentException.class, () -> third.chain(buffer));
        assertThrows(NullPointerException.class, () -> buffer.chain(null));
        assertEquals(3, buffer.segments());
    }

    @Test
    void chain_refusesFreeBuffers() {
        NetBuf second = pool.allocate();
        second.free();
        assertThrows(IllegalStateException.class, () -> buffer.chain(second));
        assertThrows(IllegalStateException.class, () -> second.chain(buffer));
    }

    @Test
    void reset_empties_butNotAChain() {
        buffer.setData(1, 5);
        buffer.setFlags(NetBuf.TX_TSO);
        buffer.headerLengths(14, 20, 20);
        buffer.reset();
        assertEquals(HEAD, buffer.headroom());
        assertEquals(0, buffer.length() + buffer.flags() + buffer.l2Length() + buffer.l3Length() + buffer.l4Length());

        buffer.chain(pool.allocate());
        assertThrows(IllegalStateException.class, buffer::reset);
        buffer.free();
        assertThrows(IllegalStateException.class, buffer::reset);
    }

    @Test
    void notes_areKept_eachInItsOwnBits() {
        buffer.setFlags(NetBuf.RX_HASH);
        buffer.addFlags(NetBuf.RX_TIMESTAMP | NetBuf.TX_VLAN);
        buffer.headerLengths(255, 511, 255);
        buffer.setSegmentSize(65_535);
        buffer.setVlanTci(0xffff);
        buffer.setHash(-1);
        buffer.setTimestamp(Long.MIN_VALUE);

        assertTrue(buffer.hasFlags(NetBuf.RX_HASH | NetBuf.TX_VLAN));
        assertFalse(buffer.hasFlags(NetBuf.RX_HASH | NetBuf.RX_VLAN_STRIPPED));
        assertEquals(255, buffer.l2Length());
        assertEquals(511, buffer.l3Length());
        assertEquals(255, buffer.l4Length());
        assertEquals(65_535, buffer.segmentSize());
        assertEquals(0xffff, buffer.vlanTci());
        assertEquals(-1, buffer.hash());
        assertEquals(Long.MIN_VALUE, buffer.timestamp());
        buffer.headerLengths(14, 0, 0);
        assertEquals(14, buffer.l2Length());
        assertEquals(0, buffer.l3Length() + buffer.l4Length());
    }

    @Test
    void notes_outOfRange_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> buffer.headerLengths(256, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> buffer.headerLengths(0, 512, 0));
        assertThrows(IllegalArgumentException.class, () -> buffer.headerLengths(0, 0, -1));
        assertThrows(IllegalArgumentException.class, () -> buffer.setSegmentSize(0));
        assertThrows(IllegalArgumentException.class, () -> buffer.setSegmentSize(65_536));
        assertThrows(IllegalArgumentException.class, () -> buffer.setVlanTci(0x1_0000));
        assertThrows(IllegalArgumentException.class, () -> buffer.setVlanTci(-1));
    }

    @Test
    void headerLengths_ofAFreeBuffer_doNotMakeItUsable() {
        buffer.free();
        buffer.headerLengths(255, 511, 255);
        assertTrue(buffer.isFree());
        assertThrows(IllegalStateException.class, buffer::free);
    }

    @Test
    void toString_showsWhatItIs() {
        buffer.append(4);
        buffer.setFlags(NetBuf.TX_VLAN);
        assertEquals("buffer of p: 4 bytes in 1 segment(s), flags 0x100000", buffer.toString());
        buffer.free();
        assertEquals("buffer of p (free)", buffer.toString());
    }
}
