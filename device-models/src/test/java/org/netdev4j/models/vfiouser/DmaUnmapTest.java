package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;

/** Memory that a client takes back. Cases of [VFIO-USER test_dma_unmap], and what QEMU does besides. */
@EnabledOnOs(OS.LINUX)
class DmaUnmapTest {
    private static final int MAP = VfioUser.DMA_MAP;
    private static final int UNMAP = VfioUser.DMA_UNMAP;
    private static final long PAGE = Payload.PAGE;
    private static final int RW = VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE;

    private final VfioUserRig rig = new VfioUserRig();
    private VfioUserTestClient client;

    /** Pages 4 to 7 as one region, 8 as one, 16 as one without memory. */
    @BeforeEach
    void map() {
        client = rig.attach();
        int memory = rig.memory(8 * PAGE);
        client.ask(MAP, Payload.map(RW, 0, 4 * PAGE, 4 * PAGE), memory);
        client.ask(MAP, Payload.map(RW, 0, 8 * PAGE, PAGE), memory);
        client.ask(MAP, Payload.map(RW, 0, 16 * PAGE, PAGE));
    }

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    static Stream<Arguments> refused() {
        int all = VfioUser.UNMAP_FLAG_ALL;
        return Stream.of(
            Arguments.of("short", Payload.empty().u32(0).u32(0)),
            Arguments.of("one byte short", Payload.empty().u32(24).u32(0).u64(4 * PAGE).zeros(7)),
            Arguments.of("argsz 8", Payload.empty().u32(8).u32(0).u64(4 * PAGE).u64(4 * PAGE)),
            Arguments.of("argsz too large", Payload.empty().u32(MessageChannel.MAX_TRANSFER + 8).u32(0).u64(4 * PAGE)
                .u64(4 * PAGE)),
            Arguments.of("dirty bitmap", Payload.unmap(1, 4 * PAGE, 4 * PAGE).u64(PAGE).u64(8).u64(0)),
            Arguments.of("dirty bitmap, huge", Payload.unmap(1, 4 * PAGE, 4 * PAGE).u64(PAGE).u64(-32)),
            Arguments.of("unknown flag", Payload.unmap(4, 4 * PAGE, 4 * PAGE)),
            Arguments.of("all, with a dirty bitmap", Payload.unmap(all | 1, 0, 0)),
            Arguments.of("all, of an address", Payload.unmap(all, 4 * PAGE, 0)),
            Arguments.of("all, of a size", Payload.unmap(all, 0, PAGE)),
            Arguments.of("nothing", Payload.unmap(0, 4 * PAGE, 0)),
            Arguments.of("nothing at 0", Payload.unmap(0, 0, 0)),
            Arguments.of("beyond the address space", Payload.unmap(0, 4 * PAGE, -PAGE)),
            Arguments.of("the first page of four", Payload.unmap(0, 4 * PAGE, PAGE)),
            Arguments.of("the last page of four", Payload.unmap(0, 7 * PAGE, PAGE)),
            Arguments.of("the middle", Payload.unmap(0, 5 * PAGE, 2 * PAGE)),
            Arguments.of("up to the middle", Payload.unmap(0, 0, 6 * PAGE)),
            Arguments.of("from the middle on", Payload.unmap(0, 6 * PAGE, 6 * PAGE)),
            Arguments.of("from the middle to the end", Payload.unmap(0, 6 * PAGE, -6 * PAGE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Payload payload) {
        client.refused(Errno.EINVAL, UNMAP, payload);
        assertEquals(2, rig.mapped());
        client.assertAlive();
    }

    static Stream<Arguments> taken() {
        long half = Long.MIN_VALUE;
        return Stream.of(
            Arguments.of("one region", 4 * PAGE, 4 * PAGE, 1), Arguments.of("the other", 8 * PAGE, PAGE, 1),
            Arguments.of("the one without memory", 16 * PAGE, PAGE, 2), Arguments.of("two", 4 * PAGE, 5 * PAGE, 0),
            Arguments.of("all and holes", 0L, 64 * PAGE, 0), Arguments.of("never mapped", 1L << 40, PAGE, 2),
            Arguments.of("never mapped, below", 0L, 4 * PAGE, 2),
            Arguments.of("never mapped, between", 9 * PAGE, 7 * PAGE, 2),
            Arguments.of("odd, never mapped", 3L, 5L, 2), Arguments.of("lower half of 2^64", 0L, half, 0),
            Arguments.of("upper half of 2^64", half, half, 2), Arguments.of("2^64 - 1", 0L, -1L, 0),
            Arguments.of("up to 2^64", 4 * PAGE, -4 * PAGE, 0), Arguments.of("from 8 up to 2^64", 8 * PAGE, -8 * PAGE, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void taken(String name, long iova, long size, int left) {
        Payload payload = Payload.unmap(0, iova, size);
        byte[] reply = client.ask(UNMAP, payload).payload().array();
        assertArrayEquals(payload.bytes(), reply);
        assertEquals(left, rig.mapped());
        assertEquals(left > 0 ? 1 : 0, VfioUserRig.mappings());
        client.ask(UNMAP, payload);
        assertEquals(left, rig.mapped());
    }

    @Test
    void all_takesAllBack() {
        Payload payload = Payload.unmap(VfioUser.UNMAP_FLAG_ALL, 0, 0);
        assertEquals(24, client.ask(UNMAP, payload).payload().remaining());
        assertEquals(0, rig.mapped());
        assertEquals(0, VfioUserRig.mappings());
        client.ask(UNMAP, payload);
        client.ask(MAP, Payload.map(RW, 0, 16 * PAGE, PAGE), rig.memory(PAGE));
    }

    @Test
    void regionAtTheTop_canBeTakenBack() {
        client.ask(MAP, Payload.map(RW, 0, -PAGE, PAGE), rig.memory(PAGE));
        client.refused(Errno.EINVAL, UNMAP, Payload.unmap(0, 8 * PAGE, -8 * PAGE - 1));
        assertEquals(3, rig.mapped());
        client.ask(UNMAP, Payload.unmap(0, -PAGE, PAGE));
        assertEquals(2, rig.mapped());
    }

    @Test
    void device_doesNotReachWhatIsTakenBack_whileItWorks() {
        client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
        client.write(0, EchoModel.RING, 8, 4 * PAGE);
        int tail = 0;
        for (int i = 0; i < 50; i++) {
            int memory = rig.memory(4 * PAGE);
            for (int entry = 0; entry < EchoModel.ENTRIES; entry++) {
                byte[] bytes = Payload.empty().u64(5 * PAGE + entry * 256L).u32(256).u32(0).bytes();
                VfioUserRig.put(memory, entry * (long) EchoModel.ENTRY, bytes);
            }
            client.ask(UNMAP, Payload.unmap(0, 4 * PAGE, 4 * PAGE));
            client.ask(MAP, Payload.map(RW, 0, 4 * PAGE, 4 * PAGE), memory);
            tail += EchoModel.ENTRIES;
            client.write(0, EchoModel.TAIL, 4, tail);
            client.ask(UNMAP, Payload.unmap(0, 4 * PAGE, 4 * PAGE));
            byte[] then = VfioUserRig.get(memory, 0, (int) (4 * PAGE));
            client.assertAlive();
            assertArrayEquals(then, VfioUserRig.get(memory, 0, then.length), "written to after it was taken back");
            client.ask(MAP, Payload.map(RW, 0, 4 * PAGE, 4 * PAGE), memory);
        }
    }

    @Test
    void thousandsOfPages_areTakenBackOneByOneOrAtOnce() {
        int pages = 20_000;
        int memory = rig.memory(pages * PAGE);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < pages; i++) {
                ask(i, MAP, Payload.map(RW, i * PAGE, (1L << 32) + i * PAGE, PAGE), memory);
            }
            assertEquals(pages + 2, rig.mapped());
            for (int i = 0; i < (round == 0 ? pages : 0); i++) {
                // Each prime to the number of pages, so each page comes once.
                ask(i, UNMAP, Payload.unmap(0, (1L << 32) + i * 7919L % pages * PAGE, PAGE));
            }
            client.ask(UNMAP, Payload.unmap(0, 1L << 32, 1L << 32));
            assertEquals(2, rig.mapped());
        }
    }

    /** Sends without waiting, a hundred requests at a time. */
    private void ask(int i, int command, Payload payload, int... fds) {
        client.send(command, payload, fds);
        for (int reply = 0; i % 100 == 99 && reply < 100; reply++) {
            assertEquals(0, client.receive().errno());
        }
    }
}
