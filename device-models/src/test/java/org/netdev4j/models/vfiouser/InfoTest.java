package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;

/**
 * What a client can ask about the device. Cases of [VFIO-USER test_device_get_info, test_device_get_irq_info,
 * test_device_get_region_info, test_device_get_region_info_zero_size, test_device_get_region_io_fds].
 */
@EnabledOnOs(OS.LINUX)
class InfoTest {
    private static final int READ_WRITE = VfioUser.REGION_FLAG_READ | VfioUser.REGION_FLAG_WRITE;

    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    private static Payload region(int argsz, int index) {
        return Payload.empty().u32(argsz).u32(0).u32(index).zeros(20);
    }

    private static Payload irq(int argsz, int index) {
        return Payload.empty().u32(argsz).u32(0).u32(index).u32(0);
    }

    private static Payload ioFds(int argsz, int flags, int index, int count) {
        return Payload.empty().u32(argsz).u32(flags).u32(index).u32(count);
    }

    static Stream<Arguments> refused() {
        int info = VfioUser.DEVICE_GET_INFO;
        int region = VfioUser.DEVICE_GET_REGION_INFO;
        int irq = VfioUser.DEVICE_GET_IRQ_INFO;
        int fds = VfioUser.DEVICE_GET_REGION_IO_FDS;
        return Stream.of(
            Arguments.of("info, short", info, Payload.empty().u32(16).u32(0)),
            Arguments.of("info, argsz 8", info, Payload.empty().u32(8).zeros(12)),
            Arguments.of("info, argsz 0", info, Payload.empty().zeros(16)),
            Arguments.of("region, short", region, Payload.empty().u32(32).u32(0)),
            Arguments.of("region, one byte short", region, Payload.empty().u32(32).zeros(27)),
            Arguments.of("region, argsz 8", region, region(8, 1)),
            Arguments.of("region, argsz 31", region, region(31, 1)),
            Arguments.of("region 9", region, region(32, VfioUser.REGIONS)),
            Arguments.of("region -1", region, region(32, -1)),
            Arguments.of("irq, short", irq, Payload.empty().u32(16).u32(0)),
            Arguments.of("irq, argsz 8", irq, irq(8, VfioUser.IRQ_REQUEST)),
            Arguments.of("irq index 5", irq, irq(16, VfioUser.IRQS)),
            Arguments.of("irq index -1", irq, irq(16, -1)),
            Arguments.of("fds, short", fds, Payload.empty().u32(16).u32(0)),
            Arguments.of("fds, argsz 15", fds, ioFds(15, 0, 0, 0)),
            Arguments.of("fds, argsz too large", fds, ioFds(MessageChannel.MAX_TRANSFER + 1, 0, 0, 0)),
            Arguments.of("fds, flags", fds, ioFds(16, 1, 0, 0)),
            Arguments.of("fds, count", fds, ioFds(16, 0, 0, 1)),
            Arguments.of("fds, region 9", fds, ioFds(16, 0, VfioUser.REGIONS, 0)),
            Arguments.of("fds, region -1", fds, ioFds(16, 0, -1, 0)),
            Arguments.of("fds, region without size", fds, ioFds(16, 0, 1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, int command, Payload payload) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, command, payload);
        client.assertAlive();
    }

    @ParameterizedTest
    @CsvSource({"16", "32", "-1"})
    void device_isAPciDeviceThatCanBeReset(int argsz) {
        ByteBuffer info = rig.attach().ask(VfioUser.DEVICE_GET_INFO, Payload.empty().u32(argsz).zeros(12)).payload();
        assertEquals(16, info.remaining());
        assertEquals(16, info.getInt(0));
        assertEquals(VfioUser.DEVICE_FLAG_PCI | VfioUser.DEVICE_FLAG_RESET, info.getInt(4));
        assertEquals(9, info.getInt(8));
        assertEquals(5, info.getInt(12));
    }

    static Stream<Arguments> regions() {
        return Stream.of(Arguments.of(0, EchoModel.BAR0_SIZE), Arguments.of(1, 0L), Arguments.of(2, EchoModel.BAR2_SIZE),
            Arguments.of(3, 0L), Arguments.of(4, 0L), Arguments.of(5, 0L), Arguments.of(VfioUser.REGION_ROM, 0L),
            Arguments.of(VfioUser.REGION_CONFIG, 4096L), Arguments.of(8, 0L));
    }

    @ParameterizedTest
    @MethodSource("regions")
    void region_hasItsSize_andNoCapabilities(int index, long size) {
        VfioUserTestClient client = rig.attach();
        for (int argsz : new int[] {32, 40, 4096, -1}) {
            ByteBuffer info = client.ask(VfioUser.DEVICE_GET_REGION_INFO, region(argsz, index)).payload();
            assertEquals(32, info.remaining());
            assertEquals(32, info.getInt(0));
            assertEquals(size == 0 ? 0 : READ_WRITE, info.getInt(4));
            assertEquals(index, info.getInt(8));
            assertEquals(0, info.getInt(12));
            assertEquals(size, info.getLong(16));
            assertEquals(0, info.getLong(24));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 70", "3, 1", "4, 1"})
    void interrupt_hasItsCount(int index, int count) {
        VfioUserTestClient client = rig.attach();
        for (int argsz : new int[] {16, 32}) {
            ByteBuffer info = client.ask(VfioUser.DEVICE_GET_IRQ_INFO, irq(argsz, index)).payload();
            assertEquals(16, info.remaining());
            assertEquals(16, info.getInt(0));
            assertEquals(VfioUser.IRQ_FLAG_EVENTFD, info.getInt(4));
            assertEquals(index, info.getInt(8));
            assertEquals(count, info.getInt(12));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "2, 16", "7, 56", "2, 1048576"})
    void regions_haveNoDescriptorsToAccessThem(int index, int argsz) {
        ByteBuffer fds = rig.attach().ask(VfioUser.DEVICE_GET_REGION_IO_FDS, ioFds(argsz, 0, index, 0)).payload();
        assertEquals(16, fds.remaining());
        assertEquals(16, fds.getInt(0));
        assertEquals(0, fds.getInt(4));
        assertEquals(index, fds.getInt(8));
        assertEquals(0, fds.getInt(12));
    }

    @Test
    void unusedFields_andBytesBehind_doNotMatter() {
        VfioUserTestClient client = rig.attach();
        Payload payload = Payload.empty().u32(32).u32(-1).u32(0).u32(-1).u64(-1).u64(-1).zeros(100);
        assertEquals(EchoModel.BAR0_SIZE, client.ask(VfioUser.DEVICE_GET_REGION_INFO, payload).payload().getLong(16));
        assertEquals(16, client.ask(VfioUser.DEVICE_GET_INFO, Payload.empty().u32(16).u32(-1).u32(-1).u32(-1).u64(0))
            .payload().getInt(0));
    }
}
