package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.vfiouser.ScriptedServer.Answer;

/** Regions: those that are mapped, those that are not, and what a server may get wrong about them. */
class ClientRegionsTest extends ClientFixture {
    private static final int PAGE = 4096;
    private static final int SIZE = ScriptedServer.BAR_BYTES;
    private static final int MAPPABLE = VfioUser.REGION_FLAG_READ | VfioUser.REGION_FLAG_WRITE | VfioUser.REGION_FLAG_MMAP;
    private static final int CAPS = VfioUser.REGION_FLAG_CAPS;
    // [Linux include/uapi/linux/memfd.h, fcntl.h]
    private static final int ALLOW_SEALING = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private int file;
    private long view;

    @BeforeEach
    void makeFile() {
        file = LinuxMemory.memfdCreate("bar", LinuxMemory.MFD_CLOEXEC);
        LinuxMemory.ftruncate(file, SIZE + PAGE);
        view = LinuxMemory.mapShared(file, SIZE + PAGE, 0);
    }

    @AfterEach
    void closeFile() {
        LinuxMemory.unmap(view, SIZE + PAGE);
        LinuxFiles.close(file);
    }

    private int descriptor() {
        return LinuxFiles.fcntl(file, F_DUPFD_CLOEXEC, 0);
    }

    /** BAR2 is what is said; all else is as ever. */
    private void bar2(ScriptedServer.Script script) {
        server.on(VfioUser.DEVICE_GET_REGION_INFO,
            request -> request.payload().getInt(8) == 2 ? script.to(request) : server.standard(request));
    }

    private static ByteBuffer info(int bytes, int argsz, int flags, int caps, long offset) {
        return ScriptedServer.regionInfo(bytes, argsz, flags, 2, caps, SIZE, offset);
    }

    private void wholeBar2() {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, PAGE), descriptor()));
    }

    /** As libvfio-user does: what does not fit is left out, and comes when there is room. */
    private void sparseBar2(long... areas) {
        int bytes = 48 + areas.length * 8;
        bar2(request -> {
            if (request.payload().getInt(0) < bytes) {
                return Answer.of(info(32, bytes, MAPPABLE, 0, PAGE));
            }
            ByteBuffer out = info(bytes, bytes, MAPPABLE | CAPS, 32, PAGE).putShort((short) 1).putShort((short) 1).putInt(0)
                .putInt(areas.length / 2).putInt(0);
            for (long field : areas) {
                out.putLong(field);
            }
            return Answer.of(out, descriptor());
        });
    }

    private static Mmio bar(PciFunction function, int index) {
        return function.mapBar(index, BarMapping.WRITE_COMBINED).orElseThrow();
    }

    private long there(long offset) {
        try (Memory memory = Memory.ofMapping("view", view, SIZE + PAGE, () -> { })) {
            return memory.getLong(PAGE + offset);
        }
    }

    private static void allWidths(Mmio bar, long at) {
        bar.write64(at, 0x8877_6655_4433_2211L);
        assertEquals(0x8877_6655_4433_2211L, bar.read64(at));
        assertEquals(0x4433_2211, bar.read32(at));
        assertEquals(0x4433_2211, bar.read32Relaxed(at));
        assertEquals(0x6655, bar.read16(at + 4));
        assertEquals(0x88, bar.read8(at + 7));
        bar.write8(at, 1);
        bar.write16(at + 2, 2);
        bar.write32(at + 4, 3);
        assertEquals(0x0000_0003_0002_2201L, bar.read64(at));
        bar.write32Relaxed(at, 4);
        bar.write64Relaxed(at + 8, 5);
        assertEquals(0x0000_0003_0000_0004L, bar.read64(at));
        assertEquals(5, bar.read64(at + 8));
    }

    @Test
    void wholeRegion_isMapped_atItsOffset() {
        wholeBar2();
        try (PciFunction function = attach()) {
            int messages = server.seen(VfioUser.REGION_READ).size() + server.seen(VfioUser.REGION_WRITE).size();
            allWidths(bar(function, 2), 0x2008);
            assertEquals(0x0000_0003_0000_0004L, there(0x2008));
            assertEquals(messages, server.seen(VfioUser.REGION_READ).size() + server.seen(VfioUser.REGION_WRITE).size());
            assertFalse(function.writeCombines(2));
        }
    }

    @Test
    void areas_areMapped_andTheRestGoesByMessages() {
        sparseBar2(0x1000, 0x1000, 0x3000, 0x1000);
        try (PciFunction function = attach()) {
            Mmio bar = bar(function, 2);
            for (long at : new long[] {0, 0x1000, 0x1ff0, 0x2000, 0x2ff0, 0x3000, 0x3ff0}) {
                allWidths(bar, at);
                boolean mapped = (at & 0x1000) != 0;
                assertEquals(mapped ? 5 : 0, there(at + 8), Long.toHexString(at));
                assertEquals(mapped ? 0 : 5, server.bar()[(int) at + 8], Long.toHexString(at));
            }
        }
    }

    @Test
    void capabilitiesThatAreNotKnown_arePassedOver() {
        bar2(request -> Answer.of(info(72, 72, MAPPABLE | CAPS, 32, PAGE).putShort((short) 9).putShort((short) 1).putInt(40)
            .putShort((short) 1).putShort((short) 1).putInt(0).putInt(1).putInt(0).putLong(0x1000).putLong(0x1000),
            descriptor()));
        try (PciFunction function = attach()) {
            bar(function, 2).write32(0x1000, 7);
            bar(function, 2).write32(0, 8);
            assertEquals(7, there(0x1000));
            assertEquals(0, there(0));
        }
    }

    @Test
    void push_goesWhereItsWordsBelong() {
        sparseBar2(0x1000, 0x1000);
        server.offers("{\"capabilities\":{\"write_multiple\":true}}");
        try (PciFunction function = attach(); Memory source = Memory.allocate("source", 256)) {
            for (int i = 0; i < 256; i += 8) {
                source.putLong(i, i + 1);
            }
            Mmio bar = bar(function, 2);
            bar.push64(0x1000, source, 0, 256);
            bar.push64(0x2000, source, 0, 256);
            bar.push64(0xf80, source, 0, 256);
            bar.push64(0x3000, source, 0, 0);
            for (int i = 0; i < 256; i += 8) {
                ByteBuffer messages = ByteBuffer.wrap(server.bar()).order(ByteOrder.LITTLE_ENDIAN);
                assertEquals(i < 128 ? i + 129 : i + 1, there(0x1000 + i));
                assertEquals(i + 1, messages.getLong(0x2000 + i));
                assertEquals(i < 128 ? i + 1 : 0, messages.getLong(0xf80 + i));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> bar.push64(0x1000, source, 8, 256));
        }
    }

    /** Else a store that is mapped would overtake a message. */
    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void writesThatAreMessages_waitForTheServer_ifAnythingIsMapped(boolean mmap, boolean waits) {
        wholeBar2();
        try (PciFunction function = attach("mmap=" + mmap)) {
            bar(function, 0).write32(0x10, 1);
            bar(function, 0).read32(0);
            List<ScriptedServer.Message> writes = server.seen(VfioUser.REGION_WRITE);
            ScriptedServer.Message last = writes.get(writes.size() - 1);
            assertEquals(0x10, last.payload().getLong(0));
            assertEquals(waits, last.wantsReply());
        }
    }

    @Test
    void pushByMessages_waits_ifAnythingIsMapped() {
        wholeBar2();
        server.offers("{\"capabilities\":{\"write_multiple\":true}}");
        try (PciFunction function = attach(); Memory source = Memory.allocate("source", 64)) {
            bar(function, 0).push64(0, source, 0, 64);
            List<ScriptedServer.Message> writes = server.seen(VfioUser.REGION_WRITE);
            ScriptedServer.Message last = writes.get(writes.size() - 1);
            assertEquals(56, last.payload().getLong(0));
            assertTrue(last.wantsReply());
            assertEquals(7, server.seen(VfioUser.REGION_WRITE_MULTI).get(0).payload().getLong(0));
        }
    }

    @Test
    void mmapFalse_mapsNothing() {
        wholeBar2();
        try (PciFunction function = attach("mmap=false")) {
            allWidths(bar(function, 2), 0);
            assertEquals(0, there(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioUser.REGION_FLAG_MMAP | VfioUser.REGION_FLAG_READ,
        VfioUser.REGION_FLAG_READ | VfioUser.REGION_FLAG_WRITE})
    void regionThatIsNotAllMappable_goesByMessages(int flags) {
        bar2(request -> Answer.of(info(32, 32, flags, 0, PAGE), descriptor()));
        try (PciFunction function = attach()) {
            bar(function, 2).write32(0, 9);
            bar(function, 2).read32(0);
            assertEquals(9, server.bar()[0]);
        }
    }

    private void assertByMessages(String why) {
        try (PciFunction function = attach()) {
            assertSaid(why);
            allWidths(bar(function, 2), 0);
            assertEquals(0, there(0));
        }
    }

    @Test
    void fileThatIsTooShort_isNotMapped() {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, 2 * PAGE), descriptor()));
        assertByMessages("cannot be mapped: 0x4000 bytes at 0x2000 of a file that has 0x5000");
    }

    @ParameterizedTest
    @ValueSource(longs = {-PAGE, 8, Long.MAX_VALUE - 4095})
    void offsetThatCannotBe_isNotMapped(long offset) {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, offset), descriptor()));
        assertByMessages("cannot be mapped");
    }

    @Test
    void descriptorThatIsNoFile_isNotMapped() {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, 0), LinuxFiles.eventfd()));
        assertByMessages("is no file");
    }

    @Test
    void fileOnlyForReading_isNotMapped() {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, 0), LinuxFiles.open("/proc/self/fd/" + file, 0)));
        assertByMessages("EACCES");
    }

    @Test
    void noDescriptor_isNotMapped() {
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, 0)));
        assertByMessages("no descriptor came with it");
    }

    @Test
    void descriptorsThatNobodyAskedFor_areClosed() {
        server.on(VfioUser.DEVICE_GET_INFO, request -> new Answer(server.standard(request).payload(), 0, null,
            LinuxFiles.eventfd(), LinuxFiles.eventfd()));
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, PAGE), descriptor(), LinuxFiles.eventfd()));
        attach().close();
    }

    @Test
    void fileThatMayBeSealed_isNeverShorterAgain() {
        int sealable = LinuxMemory.memfdCreate("sealable", ALLOW_SEALING);
        LinuxMemory.ftruncate(sealable, SIZE);
        bar2(request -> Answer.of(info(32, 32, MAPPABLE, 0, 0), LinuxFiles.fcntl(sealable, F_DUPFD_CLOEXEC, 0)));
        try (PciFunction function = attach()) {
            bar(function, 2).write32(0, 1);
            assertEquals("EPERM", assertThrows(LinuxException.class, () -> LinuxMemory.ftruncate(sealable, 0)).errnoName());
        } finally {
            LinuxFiles.close(sealable);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x800, 0x1000", "0x1000, 0", "0x1000, -1", "0x4000, 0x1000", "0x3000, 0x1001", "-0x1000, 0x1000",
        "0x1000, 0x7fffffffffffffff"})
    void areaThatCannotBe_isRefused(String offset, String size) {
        sparseBar2(Long.decode(offset), Long.decode(size));
        assertRefused("the answer to DEVICE_GET_REGION_INFO of region 2", "an area of");
    }

    @Test
    void areasThatOverlap_areRefused() {
        sparseBar2(0x1000, 0x2000, 0x2000, 0x1000);
        assertRefused("over another");
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "-1, 0", "2147483647, 0", "1, 16", "1, 41", "1, 64", "1, 2147483644", "1, -8"})
    void capabilityThatCannotBe_isRefused(int areas, int at) {
        bar2(request -> Answer.of(info(64, 64, MAPPABLE | CAPS, at == 0 ? 32 : at, PAGE).putShort((short) 1)
            .putShort((short) 1).putInt(0).putInt(areas).putInt(0).putLong(0x1000).putLong(0x1000), descriptor()));
        assertRefused("the answer to DEVICE_GET_REGION_INFO of region 2");
    }

    @Test
    void capabilitiesInACircle_areRefused() {
        bar2(request -> Answer.of(info(40, 40, MAPPABLE | CAPS, 32, PAGE).putShort((short) 9).putShort((short) 1).putInt(32),
            descriptor()));
        assertRefused("a capability at 32");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1 << 20})
    void answerThatWantsMoreRoomThanThereIs_isRefused(int argsz) {
        bar2(request -> Answer.of(info(32, argsz, MAPPABLE, 0, PAGE), descriptor()));
        assertRefused("there is room for");
    }

    @Test
    void answerOfAnotherRegion_orTooShort_orOfNegativeSize_isRefused() {
        bar2(request -> Answer.of(ScriptedServer.regionInfo(32, 32, 3, 5, 0, SIZE, 0)));
        assertRefused("it is of region 5");
        bar2(request -> Answer.of(ScriptedServer.bytes(31)));
        assertRefused("31 bytes, not 32");
        bar2(request -> Answer.of(ScriptedServer.regionInfo(32, 32, 3, 2, 0, -1, 0)));
        assertRefused("0xffffffffffffffff bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 63, 8192})
    void configurationSpaceThatCannotBe_isRefused(long size) {
        server.on(VfioUser.DEVICE_GET_REGION_INFO, request -> request.payload().getInt(8) != VfioUser.REGION_CONFIG
            ? server.standard(request) : Answer.of(ScriptedServer.regionInfo(32, 32, 3, VfioUser.REGION_CONFIG, 0, size, 0)));
        assertRefused("configuration space of " + size + " bytes");
    }

    @Test
    void goneServer_leavesMappedRegistersThatReadAsOnes_andDropWrites() {
        wholeBar2();
        try (PciFunction function = attach(); Memory source = Memory.allocate("source", 64)) {
            Mmio bar = bar(function, 2);
            bar.write64(0, 1);
            server.hangUp();
            assertSaid("the device counts as pulled out");
            assertEquals(-1, bar.read32(0));
            assertEquals(0xff, bar.read8(0));
            assertEquals(0xffff, bar.read16(0));
            assertEquals(-1, bar.read64(0));
            assertEquals(-1, bar.read32Relaxed(0));
            bar.write64(0, 2);
            bar.push64(0, source, 0, 64);
            assertEquals(1, there(0));
        }
    }

    @Test
    void close_unmaps_andRefusesLateAccess() {
        wholeBar2();
        PciFunction function = attach();
        Mmio bar = bar(function, 2);
        bar.write64(0, 1);
        function.close();
        assertThrows(IndexOutOfBoundsException.class, () -> bar.read64(0));
    }
}
