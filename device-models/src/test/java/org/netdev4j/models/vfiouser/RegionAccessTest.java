package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.models.vfiouser.VfioUserTestClient.Reply;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;

/** Reads and writes of BARs and configuration space: what they reach, and what is refused. */
@EnabledOnOs(OS.LINUX)
class RegionAccessTest {
    private static final int CONFIG = VfioUser.REGION_CONFIG;
    private static final int MSIX_CAPABILITY = 0xb0;

    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    static Stream<Arguments> outside() {
        long end = EchoModel.BAR0_SIZE;
        return Stream.of(Arguments.of("at the end", 0, end, 1), Arguments.of("across the end", 0, end - 4, 8),
            Arguments.of("far", 0, 1L << 40, 4), Arguments.of("-1", 0, -1L, 4), Arguments.of("offset wraps", 0, -4L, 8),
            Arguments.of("2^63", 0, Long.MIN_VALUE, 4), Arguments.of("count -1", 0, 0L, -1),
            Arguments.of("count 2^31", 0, 0L, Integer.MIN_VALUE), Arguments.of("count above a transfer", 2, 0L,
                MessageChannel.MAX_TRANSFER + 1), Arguments.of("count above the region", 0, 0L, (int) end + 1),
            Arguments.of("region without size", 1, 0L, 4), Arguments.of("region without size, nothing", 1, 0L, 0),
            Arguments.of("ROM", VfioUser.REGION_ROM, 0L, 4), Arguments.of("VGA", 8, 0L, 1),
            Arguments.of("region 9", 9, 0L, 4), Arguments.of("region -1", -1, 0L, 4),
            Arguments.of("region -1, nothing", -1, 0L, 0), Arguments.of("region 2^31", Integer.MIN_VALUE, 0L, 4),
            Arguments.of("configuration", CONFIG, 4096L, 4),
            Arguments.of("configuration, across", CONFIG, 4094L, 4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outside")
    void accessOutside_isRefused(String name, int region, long offset, int count) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.REGION_READ, Payload.access(offset, region, count));
        int data = Math.clamp(count, 0, MessageChannel.MAX_PAYLOAD - 16);
        client.refused(Errno.EINVAL, VfioUser.REGION_WRITE, Payload.access(offset, region, count).zeros(data));
        Payload one = Payload.empty().u64(1).u64(offset).u32(region).u32(count).u64(-1);
        client.refused(Errno.EINVAL, VfioUser.REGION_WRITE_MULTI, one);
        client.assertAlive();
    }

    static Stream<Arguments> malformed() {
        int write = VfioUser.REGION_WRITE;
        int multi = VfioUser.REGION_WRITE_MULTI;
        return Stream.of(
            Arguments.of("read, short", VfioUser.REGION_READ, Payload.empty().u64(0).u32(0)),
            Arguments.of("write, short", write, Payload.empty().u64(0).u32(0)),
            Arguments.of("write, no data", write, Payload.access(EchoModel.SCRATCH, 0, 4)),
            Arguments.of("write, little data", write, Payload.access(EchoModel.SCRATCH, 0, 4).zeros(3)),
            Arguments.of("write, much data", write, Payload.access(EchoModel.SCRATCH, 0, 4).zeros(5)),
            Arguments.of("multi, short", multi, Payload.empty().u32(1)),
            Arguments.of("multi, no entry", multi, Payload.empty().u64(1)),
            Arguments.of("multi, short entry", multi, Payload.empty().u64(1).u64(EchoModel.SCRATCH).u32(0).u32(4).u32(1)),
            Arguments.of("multi, one entry of two", multi, Payload.empty().u64(2).u64(EchoModel.ID).u32(0).u32(4).u64(1)),
            Arguments.of("multi, 2^64-1 entries", multi, Payload.empty().u64(-1).zeros(24)),
            Arguments.of("multi, 2^63 entries", multi, Payload.empty().u64(Long.MIN_VALUE).zeros(24)),
            Arguments.of("multi, 2^32 entries", multi, Payload.empty().u64(1L << 32).zeros(24)),
            Arguments.of("multi, 9 bytes", multi, Payload.empty().u64(1).u64(EchoModel.SCRATCH).u32(0).u32(9).u64(1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String name, int command, Payload payload) {
        VfioUserTestClient client = rig.attach();
        client.write(0, EchoModel.SCRATCH, 8, 5);
        client.refused(Errno.EINVAL, command, payload);
        assertEquals(5, client.read(0, EchoModel.SCRATCH, 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void width_isThatOfTheMessage(int width) {
        VfioUserTestClient client = rig.attach();
        long value = 0x8182_8384_8586_8788L >>> 64 - 8 * width;
        client.write(0, EchoModel.SCRATCH, width, value);
        assertEquals(value, client.read(0, EchoModel.SCRATCH, 8));
        assertEquals(value, client.read(0, EchoModel.SCRATCH, width));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 2, 2", "4, 0, 1", "6, 2, 2", "7, 1, 3", "8, 4, 2", "12, 0, 2", "16, 0, 2", "5, 3, 2"})
    void unalignedOrLongAccess_isTheFewestAlignedOnes(int count, int offset, int accesses) {
        VfioUserTestClient client = rig.attach();
        long before = rig.device().tally().mmioReads();
        client.ask(VfioUser.REGION_READ, Payload.access(0x3000 + offset, 0, count));
        assertEquals(accesses, rig.device().tally().mmioReads() - before);
    }

    @Test
    void nothing_canBeReadAndWritten() {
        VfioUserTestClient client = rig.attach();
        ByteBuffer read = client.ask(VfioUser.REGION_READ, Payload.access(EchoModel.BAR0_SIZE, 0, 0)).payload();
        assertEquals(16, read.remaining());
        client.ask(VfioUser.REGION_WRITE, Payload.access(0, 0, 0));
        client.ask(VfioUser.REGION_WRITE_MULTI, Payload.empty().u64(0));
    }

    @Test
    void wholeRegions_canBeReadAndWrittenAtOnce() {
        VfioUserTestClient client = rig.attach();
        int bytes = (int) EchoModel.BAR2_SIZE;
        assertEquals(MessageChannel.MAX_TRANSFER, bytes);
        Reply read = client.ask(VfioUser.REGION_READ, Payload.access(0, 2, bytes));
        assertEquals(16 + bytes, read.payload().remaining());
        client.ask(VfioUser.REGION_WRITE, Payload.access(0, 2, bytes).zeros(bytes));
        ByteBuffer config = client.ask(VfioUser.REGION_READ, Payload.access(0, CONFIG, 4096)).payload();
        assertEquals(0x0ec01af0, config.getInt(16));
        assertEquals(0x02000003, config.getInt(16 + 8));
    }

    @Test
    void manyWrites_areDoneInTheirOrder_untilOneIsRefused() {
        VfioUserTestClient client = rig.attach();
        Payload all = Payload.empty().u64(200);
        for (int i = 0; i < 200; i++) {
            all.u64(EchoModel.SCRATCH).u32(0).u32(8).u64(i);
        }
        ByteBuffer reply = client.ask(VfioUser.REGION_WRITE_MULTI, all).payload();
        assertEquals(8, reply.remaining());
        assertEquals(200, reply.getLong(0));
        assertEquals(199, client.read(0, EchoModel.SCRATCH, 8));

        Payload some = Payload.empty().u64(3).u64(EchoModel.SCRATCH).u32(0).u32(4).u64(0x1_0000_0001L)
            .u64(0).u32(77).u32(4).u64(0).u64(EchoModel.SCRATCH).u32(0).u32(4).u64(3);
        client.refused(Errno.EINVAL, VfioUser.REGION_WRITE_MULTI, some);
        assertEquals(1, client.read(0, EchoModel.SCRATCH, 8));
    }

    @Test
    void postedWrites_areDoneBeforeWhatComesAfter() {
        VfioUserTestClient client = rig.attach();
        for (int i = 1; i <= 1000; i++) {
            byte[] payload = VfioUserTestClient.written(0, EchoModel.SCRATCH, 8, i).bytes();
            client.send(VfioUser.REGION_WRITE, 16 + payload.length, VfioUser.FLAG_NO_REPLY, payload);
            if (i % 100 == 0) {
                assertEquals(i, client.read(0, EchoModel.SCRATCH, 8));
            }
        }
    }

    /** All ones to a BAR's register, and the bits that stay 0 say its size. [PCI 6.2.5] */
    @Test
    void bars_tellTheirSizes() {
        VfioUserTestClient client = rig.attach();
        long[] sizes = new long[6];
        for (int bar = 0; bar < 6; bar++) {
            long kept = sized(client, bar);
            boolean wide = (kept & 7) == 4;
            long mask = kept & ~0xfL;
            if (wide) {
                mask |= sized(client, bar + 1) << 32;
            }
            sizes[bar] = kept == 0 ? 0 : wide ? -mask : -mask & 0xffff_ffffL;
            bar += wide ? 1 : 0;
        }
        assertEquals(EchoModel.BAR0_SIZE, sizes[0]);
        assertEquals(EchoModel.BAR2_SIZE, sizes[2]);
        assertEquals(0, sizes[1] | sizes[3] | sizes[4] | sizes[5]);
        assertEquals(0xc, client.read(CONFIG, 0x18, 4) & 0xf, "BAR2 is of 64 bits and prefetchable");
        client.write(CONFIG, 0x30, 4, 0xffff_f800L);
        assertEquals(0, client.read(CONFIG, 0x30, 4), "there is no ROM");
    }

    private static long sized(VfioUserTestClient client, int bar) {
        long at = 0x10 + 4L * bar;
        long before = client.read(CONFIG, at, 4);
        client.write(CONFIG, at, 4, 0xffff_ffffL);
        long kept = client.read(CONFIG, at, 4);
        client.write(CONFIG, at, 4, before);
        assertEquals(before, client.read(CONFIG, at, 4));
        return kept;
    }

    /** Two bytes at an odd offset, as a client once wrote them. [VFIO-USER issue 640] */
    @Test
    void twoBytes_acrossTheMsixControl_changeWhatCanBeChanged() {
        VfioUserTestClient client = rig.attach();
        client.write(CONFIG, MSIX_CAPABILITY + 3, 2, 0xffff);
        assertEquals(0xc000 | EchoModel.VECTORS - 1, client.read(CONFIG, MSIX_CAPABILITY + 2, 2));
        client.write(CONFIG, MSIX_CAPABILITY + 3, 2, 0);
        assertEquals(EchoModel.VECTORS - 1, client.read(CONFIG, MSIX_CAPABILITY + 2, 2));
    }

    @ParameterizedTest
    @CsvSource({"0, 8", "1, 3", "3, 1", "2, 2", "0x2e, 8", "0xffc, 4", "0xfff, 1", "0x101, 0x300"})
    void configuration_isReadAtAnyOffsetAndLength(String offset, String count) {
        VfioUserTestClient client = rig.attach();
        int from = Integer.decode(offset);
        int bytes = Integer.decode(count);
        byte[] whole = client.ask(VfioUser.REGION_READ, Payload.access(0, CONFIG, 4096)).payload().array();
        byte[] part = client.ask(VfioUser.REGION_READ, Payload.access(from, CONFIG, bytes)).payload().array();
        for (int i = 0; i < bytes; i++) {
            assertEquals(whole[16 + from + i], part[16 + i]);
        }
    }

    @Test
    void reset_bringsTheDeviceBack() {
        VfioUserTestClient client = rig.attach();
        int before = rig.model().resets;
        client.write(0, EchoModel.SCRATCH, 8, 5);
        assertEquals(0, client.ask(VfioUser.DEVICE_RESET, Payload.empty()).payload().remaining());
        assertEquals(before + 1, rig.model().resets);
        assertEquals(0, client.read(0, EchoModel.SCRATCH, 8));
        client.ask(VfioUser.DEVICE_RESET, Payload.empty().zeros(8));
        client.assertAlive();
    }

    @Test
    void functionLevelReset_bringsTheDeviceBack() {
        VfioUserTestClient client = rig.attach();
        client.write(0, EchoModel.SCRATCH, 8, 5);
        client.write(CONFIG, 0x78, 2, 0x8000);
        client.write(CONFIG, 0x04, 2, 2);
        assertEquals(0, client.read(0, EchoModel.SCRATCH, 8));
    }

    @Test
    void modelThatFails_readsAsAllOnes_andTheServerGoesOn() {
        VfioUserTestClient client = rig.attach();
        assertEquals(0xffff_ffffL, client.read(0, EchoModel.CRASH, 4));
        assertTrue(rig.device().failure().isPresent());
        assertEquals(0xffff_ffffL, client.read(0, EchoModel.ID, 4));
        client.write(0, EchoModel.SCRATCH, 8, 5);
        client.assertAlive();
    }
}
