package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.vfiouser.VfioUser;

/** Memory that a client shares. Cases of [VFIO-USER test_dma_map], and what the device then reaches. */
@EnabledOnOs(OS.LINUX)
class DmaMapTest {
    private static final int MAP = VfioUser.DMA_MAP;
    private static final long PAGE = Payload.PAGE;
    private static final long IOVA = 0x10 * PAGE;
    private static final int RW = VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE;

    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
            Arguments.of("short", Payload.empty().u32(32).u32(RW)),
            Arguments.of("one byte short", Payload.empty().u32(32).u32(RW).u64(0).u64(IOVA).zeros(7)),
            Arguments.of("argsz 31", Payload.empty().u32(31).u32(RW).u64(0).u64(IOVA).u64(PAGE)),
            Arguments.of("unknown flag", Payload.map(RW | 8, 0, IOVA, PAGE)),
            Arguments.of("all flags", Payload.map(-1, 0, IOVA, PAGE)),
            Arguments.of("no size", Payload.map(RW, 0, IOVA, 0)),
            Arguments.of("size 2^63", Payload.map(RW, 0, IOVA, Long.MIN_VALUE)),
            Arguments.of("size 2^64-1", Payload.map(RW, 0, IOVA, -1)),
            Arguments.of("half a page", Payload.map(RW, 0, IOVA, PAGE / 2)),
            Arguments.of("address within a page", Payload.map(RW, 0, IOVA + 8, PAGE)),
            Arguments.of("offset within a page", Payload.map(RW, 8, IOVA, PAGE)),
            Arguments.of("offset 2^63", Payload.map(RW, Long.MIN_VALUE, IOVA, PAGE)),
            Arguments.of("beyond the address space", Payload.map(RW, 0, -PAGE, 2 * PAGE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Payload payload) {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(4 * PAGE);
        client.refused(Errno.EINVAL, MAP, payload);
        client.refused(Errno.EINVAL, MAP, payload, memory);
        client.assertAlive();
        assertEquals(0, rig.mapped());
        assertEquals(0, VfioUserRig.mappings());
    }

    static Stream<Arguments> badFiles() {
        return Stream.of(Arguments.of("beyond the end", 0L, 5 * PAGE), Arguments.of("partly beyond", 3 * PAGE, 2 * PAGE),
            Arguments.of("far beyond", 1L << 40, PAGE), Arguments.of("offset and size wrap", Long.MAX_VALUE & -PAGE, PAGE),
            Arguments.of("huge", 0L, Long.MAX_VALUE & -PAGE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFiles")
    void fileThatIsTooShort_isRefused(String name, long offset, long size) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, MAP, Payload.map(RW, offset, IOVA, size), rig.memory(4 * PAGE));
        client.assertAlive();
        assertEquals(0, VfioUserRig.mappings());
        // The address is free after the refusal.
        client.ask(MAP, Payload.map(RW, 0, IOVA, PAGE), rig.memory(4 * PAGE));
    }

    @Test
    void whatIsNoFile_isRefused() {
        VfioUserTestClient client = rig.attach();
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        int directory = LinuxFiles.open("/proc/self", LinuxFiles.O_RDONLY);
        int device = LinuxFiles.open("/dev/zero", LinuxFiles.O_RDWR);
        try {
            for (int fd : new int[] {rig.event(), pair[0], directory, device}) {
                client.refused(Errno.EINVAL, MAP, Payload.map(RW, 0, IOVA, PAGE), fd);
            }
        } finally {
            for (int fd : new int[] {pair[0], pair[1], directory, device}) {
                LinuxFiles.close(fd);
            }
        }
        assertEquals(0, rig.mapped());
    }

    @Test
    void fileThatIsReadOnly_canBeMappedForReading() {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(PAGE);
        int readOnly = LinuxFiles.open("/proc/self/fd/" + memory, LinuxFiles.O_RDONLY);
        try {
            client.refused(Errno.EACCES, MAP, Payload.map(RW, 0, IOVA, PAGE), readOnly);
            client.refused(Errno.EACCES, MAP, Payload.map(VfioUser.DMA_FLAG_WRITE, 0, IOVA, PAGE), readOnly);
            client.ask(MAP, Payload.map(VfioUser.DMA_FLAG_READ, 0, IOVA, PAGE), readOnly);
        } finally {
            LinuxFiles.close(readOnly);
        }
        assertEquals(1, rig.mapped());
    }

    @Test
    void flagToMap_wantsADescriptor() {
        VfioUserTestClient client = rig.attach();
        int flags = RW | VfioUser.DMA_FLAG_MMAP;
        client.refused(Errno.EINVAL, MAP, Payload.map(flags, 0, IOVA, PAGE));
        client.ask(MAP, Payload.map(flags, 0, IOVA, PAGE), rig.memory(PAGE));
        assertEquals(1, rig.mapped());
    }

    @Test
    void whatIsMapped_cannotBeMappedOver() {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(16 * PAGE);
        client.ask(MAP, Payload.map(RW, 0, IOVA, 4 * PAGE), memory);
        client.ask(MAP, Payload.map(RW, 0, IOVA + 8 * PAGE, PAGE));
        for (long[] range : new long[][] {{0, 4}, {0, 1}, {3, 1}, {1, 2}, {3, 5},
            {-1, 2}, {-1, 16}, {8, 1}, {7, 2}, {8, 2}}) {
            client.refused(Errno.EEXIST, MAP, Payload.map(RW, 0, IOVA + range[0] * PAGE, range[1] * PAGE), memory);
            client.refused(Errno.EEXIST, MAP, Payload.map(RW, 0, IOVA + range[0] * PAGE, range[1] * PAGE));
        }
        client.ask(MAP, Payload.map(RW, 0, IOVA + 4 * PAGE, 4 * PAGE), memory);
        client.ask(MAP, Payload.map(RW, 0, IOVA - PAGE, PAGE), memory);
        assertEquals(3, rig.mapped());
    }

    @Test
    void bothEndsOfTheAddressSpace_canBeMapped() {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(2 * PAGE);
        client.ask(MAP, Payload.map(RW, 0, -PAGE, PAGE), memory);
        client.ask(MAP, Payload.map(RW, 0, 0, PAGE), memory);
        client.refused(Errno.EEXIST, MAP, Payload.map(RW, 0, -2 * PAGE, 2 * PAGE), memory);
        assertEquals(2, rig.mapped());
    }

    @Test
    void regionWithoutADescriptor_isKnown_andCannotBeReached() {
        VfioUserTestClient client = rig.attach();
        client.ask(MAP, Payload.map(RW, 0, 0, Long.MAX_VALUE & -PAGE));
        assertEquals(0, rig.mapped());
        client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
        client.write(0, EchoModel.RING, 8, IOVA);
        client.write(0, EchoModel.TAIL, 4, 1);
        VfioUserRig.await("a fault", () -> rig.device().iommu().faults() == 1);
        client.assertAlive();
    }

    /** A ring with one entry, and a buffer of text behind it; where the entry says the buffer is. */
    private int sharedRing(long bufferIova, int length) {
        int memory = rig.memory(8 * PAGE);
        VfioUserRig.put(memory, 0, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(bufferIova).putInt(length)
            .array());
        byte[] text = new byte[(int) (6 * PAGE)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (i * 7);
        }
        VfioUserRig.put(memory, PAGE, text);
        return memory;
    }

    private static void ring(VfioUserTestClient client) {
        client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
        client.write(0, EchoModel.RING, 8, IOVA);
        client.write(0, EchoModel.TAIL, 4, 1);
    }

    private static void assertEchoed(int memory, int offset, int length) {
        VfioUserRig.await("the entry", () -> VfioUserRig.get(memory, EchoModel.FLAG, 1)[0] == 1);
        byte[] expected = new byte[(int) (6 * PAGE)];
        for (int i = 0; i < expected.length; i++) {
            boolean changed = i >= offset && i < offset + length;
            expected[i] = (byte) (changed ? ~(i * 7) : i * 7);
        }
        assertArrayEquals(expected, VfioUserRig.get(memory, PAGE, expected.length));
    }

    @Test
    void device_reachesWhatIsShared() {
        VfioUserTestClient client = rig.attach();
        int memory = sharedRing(IOVA + PAGE + 10, 2000);
        client.ask(MAP, Payload.map(RW, 0, IOVA, 8 * PAGE), memory);
        ring(client);
        assertEchoed(memory, 10, 2000);
        assertEquals(0, rig.device().iommu().faults());
    }

    /** A client behind an IOMMU of its own shares page by page, in any order of addresses. */
    @Test
    void device_reachesAcrossPages() {
        VfioUserTestClient client = rig.attach();
        int memory = sharedRing(IOVA + 3 * PAGE - 1000, 2000);
        for (int page = 7; page >= 0; page--) {
            client.ask(MAP, Payload.map(RW, page * PAGE, IOVA + page * PAGE, PAGE), memory);
        }
        assertEquals(8, rig.mapped());
        ring(client);
        assertEchoed(memory, (int) (2 * PAGE) - 1000, 2000);
    }

    @Test
    void device_doesNotWriteWhatItMayOnlyRead() {
        VfioUserTestClient client = rig.attach();
        int memory = sharedRing(IOVA + PAGE, 100);
        client.ask(MAP, Payload.map(RW, 0, IOVA, PAGE), memory);
        client.ask(MAP, Payload.map(VfioUser.DMA_FLAG_READ, PAGE, IOVA + PAGE, PAGE), memory);
        ring(client);
        VfioUserRig.await("a fault", () -> rig.device().iommu().faults() == 1);
        assertTrue(rig.device().iommu().recentFaults().get(0).toString().contains("may not be written"));
        assertEquals(7, VfioUserRig.get(memory, PAGE, 2)[1]);
    }

    @Test
    void thousandsOfPages_areOneMapping_andTooManyAreRefused() {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(PeerRegions.MAX_REGIONS * PAGE);
        for (int i = 0; i < PeerRegions.MAX_REGIONS; i++) {
            client.send(MAP, Payload.map(RW, i * PAGE, i * PAGE, PAGE), memory);
            if (i % 100 == 99 || i == PeerRegions.MAX_REGIONS - 1) {
                for (int reply = 0; reply <= i % 100; reply++) {
                    assertEquals(0, client.receive().errno());
                }
            }
        }
        assertEquals(PeerRegions.MAX_REGIONS, rig.mapped());
        // Linux allows a process 65,530.
        assertEquals(1, VfioUserRig.mappings());
        client.refused(Errno.ENOSPC, MAP, Payload.map(RW, 0, 1L << 40, PAGE), memory);
        client.refused(Errno.ENOSPC, MAP, Payload.map(RW, 0, 1L << 40, PAGE));
        client.ask(VfioUser.DMA_UNMAP, Payload.unmap(0, 7 * PAGE, PAGE));
        client.ask(MAP, Payload.map(RW, 0, 1L << 40, PAGE), memory);
    }

    @Test
    void fileThatGrows_isMappedAnew_andTheOldStaysForItsUsers() {
        VfioUserTestClient client = rig.attach();
        int memory = rig.memory(PAGE);
        client.ask(MAP, Payload.map(RW, 0, 0, PAGE), memory);
        LinuxMemory.ftruncate(memory, 3 * PAGE);
        client.ask(MAP, Payload.map(RW, 2 * PAGE, 2 * PAGE, PAGE), memory);
        client.ask(MAP, Payload.map(RW, PAGE, PAGE, PAGE), memory);
        assertEquals(3, rig.mapped());
        client.ask(VfioUser.DMA_UNMAP, Payload.unmap(0, 0, PAGE));
        assertEquals(1, VfioUserRig.mappings());
        client.ask(MAP, Payload.map(RW, 0, 0, PAGE), memory);
        assertEquals(1, VfioUserRig.mappings());
    }

    @Test
    void severalFiles_areSeveralMappings_andEachGoesWithItsLastUser() {
        VfioUserTestClient client = rig.attach();
        int one = rig.memory(4 * PAGE);
        int two = rig.memory(4 * PAGE);
        for (int i = 0; i < 4; i++) {
            client.ask(MAP, Payload.map(RW, i * PAGE, i * PAGE, PAGE), one);
            client.ask(MAP, Payload.map(RW, i * PAGE, (4 + i) * PAGE, PAGE), two);
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(2, VfioUserRig.mappings());
            client.ask(VfioUser.DMA_UNMAP, Payload.unmap(0, i * PAGE, PAGE));
        }
        assertEquals(1, VfioUserRig.mappings());
        client.ask(VfioUser.DMA_UNMAP, Payload.unmap(VfioUser.UNMAP_FLAG_ALL, 0, 0));
        assertEquals(0, VfioUserRig.mappings());
    }

    @Test
    void clientThatSharesNoMemory_isToldOnce_howToShareIt() {
        VfioUserTestClient client = rig.attach();
        client.ask(MAP, Payload.map(VfioUser.DMA_FLAG_READ, 0, 0xf_0000_0000L, 16 << 20));
        client.ask(MAP, Payload.map(RW, 0, 0xe_0000_0000L, 64 * PAGE));
        assertTrue(rig.said.stream().noneMatch(line -> line.contains("share=on")), "a ROM and something small: " + rig.said);
        client.ask(MAP, Payload.map(RW, 0, 0, 256 << 20));
        client.ask(MAP, Payload.map(RW, 0, 1L << 32, 256 << 20));

        assertEquals(1, rig.said.stream().filter(line -> line.contains("share=on")).count(), rig.said.toString());
        assertTrue(rig.said.stream().anyMatch(line -> line.contains("keeps 256 MiB of memory at 0x0 to itself")), rig.said.toString());
    }

    @Test
    void clientThatSharesItsMemory_mayKeepOther() {
        VfioUserTestClient client = rig.attach();
        client.ask(MAP, Payload.map(RW, 0, IOVA, PAGE), rig.memory(PAGE));
        client.ask(MAP, Payload.map(RW, 0, 1L << 32, 256 << 20));

        assertTrue(rig.said.stream().noneMatch(line -> line.contains("share=on")), rig.said.toString());
    }
}
