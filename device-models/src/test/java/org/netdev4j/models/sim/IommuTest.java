package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/** A device reaches what is mapped for it, and what it reaches for besides is named. */
class IommuTest {
    private static final long MICRO = 1_000;

    private static String last(Bench bench) {
        List<DmaFault> faults = bench.device.iommu().recentFaults();
        return faults.isEmpty() ? "no fault" : faults.get(faults.size() - 1).toString();
    }

    private static void assertFaults(Bench bench, long iova, int length, String expected) {
        long before = bench.device.iommu().faults();
        long counted = bench.device.tally().dmaFaults();

        bench.send(iova, length);
        bench.clock.advance(10 * MICRO);

        assertEquals(before + 1, bench.device.iommu().faults());
        assertEquals(counted + 1, bench.device.tally().dmaFaults());
        Matcher matcher = Pattern.compile(expected).matcher(last(bench));
        assertTrue(matcher.matches(), last(bench));
    }

    @Test
    void unmapped_isNamed_withTheNearestMapping() {
        try (Bench bench = Bench.stepped("")) {
            assertFaults(bench, bench.buffers.iova() - 0x100, 64,
                "DMA read of 64 bytes \\(payload\\) at iova 0x[0-9a-f]+ by sim:echo#[0-9]+: "
                + "not mapped; nearest mapping is \"buffers\" at 0x[0-9a-f]+ to 0x[0-9a-f]+");
            assertFaults(bench, 0, 64, ".* at iova 0x0 .*: not mapped; nearest mapping is \"ring\" at .*");
            assertFaults(bench, -1, 64, ".* at iova 0xffffffffffffffff .*: not mapped; .*");
        }
    }

    @Test
    void processAddress_isNotMapped() {
        try (Bench bench = Bench.stepped("")) {
            assertFaults(bench, bench.buffers.address(), 64, ".*: not mapped; .*");
        }
    }

    @Test
    void pastTheEnd_isNamed_evenInTheSamePage() {
        try (Bench bench = Bench.stepped(""); DmaMemory small = bench.dma.allocate("small", 100, 64)) {
            assertFaults(bench, small.iova() + 90, 64, ".*: goes 54 bytes past the end of \"small\" at .*");
            assertFaults(bench, small.iova() + 100, 1, ".*: not mapped; nearest mapping is \"small\" .*");
        }
    }

    @Test
    void freed_isNamed() {
        try (Bench bench = Bench.stepped("")) {
            DmaMemory gone = bench.dma.allocate("gone", 4096, 64);
            long iova = gone.iova();
            bench.send(iova, 64);
            bench.clock.advance(10 * MICRO);
            assertEquals("no fault", last(bench));

            gone.close();

            assertFaults(bench, iova + 8, 64,
                ".*: not mapped any more: it was part of \"gone\" at .*, which was freed; nearest mapping is .*");
        }
    }

    @Test
    void permission_isNamed_andEndsWithTheMapping() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.iommu().permit(bench.buffers, true, false);
            assertFaults(bench, bench.buffers.iova(), 64,
                "DMA write of 64 bytes .*: \"buffers\" at .* may not be written by the device");

            bench.device.iommu().permit(bench.buffers, false, true);
            assertFaults(bench, bench.buffers.iova(), 64,
                "DMA read of 64 bytes .*: \"buffers\" at .* may not be read by the device");

            bench.device.iommu().permit(bench.buffers, true, true);
            int index = bench.send(64);
            bench.clock.advance(10 * MICRO);
            assertTrue(bench.isDone(index));
        }
    }

    @Test
    void permit_refusesWhatIsNotMapped() {
        try (Bench bench = Bench.stepped("")) {
            DmaMemory gone = bench.dma.allocate("gone", 4096, 64);
            gone.close();

            Exception thrown = assertThrows(IllegalArgumentException.class, () -> bench.device.iommu().permit(gone, true,
                true));
            assertTrue(thrown.getMessage().contains("\"gone\""), thrown.getMessage());
        }
    }

    @Test
    void dmaWithoutBusMastering_isNamed() {
        try (Bench bench = Bench.stepped("")) {
            bench.function.setBusMaster(false);
            assertFaults(bench, bench.buffers.iova(), 64,
                "DMA read of 16 bytes \\(descriptor\\) .*: bus mastering is off: .*");

            bench.function.setBusMaster(true);
            int index = bench.send(64);
            bench.clock.advance(10 * MICRO);
            assertTrue(bench.isDone(index));
        }
    }

    @Test
    void injectedFault_isNamed_andTraced() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.trace().enable(true);
            bench.device.faults().inject("dma-write-fault@payload:count=1");
            assertFaults(bench, bench.buffers.iova(), 64, "DMA write of 64 bytes \\(payload\\) .*: injected fault");
            assertTrue(bench.device.trace().lines().contains("DMA FAULT write of 64 bytes, PAYLOAD"));

            int index = bench.send(64);
            bench.clock.advance(10 * MICRO);
            assertTrue(bench.isDone(index));
        }
    }

    @Test
    void lostWrite_changesNothing_andIsNoFault() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.faults().inject("dma-write-lost@completion");

            int index = bench.send(64);
            bench.clock.advance(10 * MICRO);

            assertFalse(bench.isDone(index));
            assertEquals(0, bench.device.iommu().faults());
            assertEquals((byte) 0xff, bench.buffers.getByte(0));
        }
    }

    @Test
    void listener_isTold_andMayUnmap() {
        try (Bench bench = Bench.stepped("")) {
            DmaMemory other = bench.dma.allocate("other", 4096, 64);
            List<DmaFault> told = new ArrayList<>();
            bench.device.iommu().onFault(fault -> {
                told.add(fault);
                other.close();
            });

            assertFaults(bench, 0x1000, 10, ".*not mapped.*");

            assertEquals(1, told.size());
            assertEquals(0x1000, told.get(0).iova());
            assertEquals(10, told.get(0).length());
            assertEquals(Kind.PAYLOAD, told.get(0).kind());
            assertFalse(told.get(0).write());
        }
    }

    @Test
    void misalignedEntry_faults_andWritesNothing() {
        try (Bench bench = Bench.stepped(""); Memory from = Memory.allocate("from", 16)) {
            from.fill(0, 16, (byte) 1);

            assertFalse(bench.device.iommu().write(Kind.COMPLETION, bench.buffers.iova() + 2, from, 0, 16, 12));

            assertTrue(last(bench).contains("multiple of 4"), last(bench));
            assertEquals(0, bench.buffers.getLong(0));
        }
    }

    @Test
    void entry_isWrittenWhole() {
        try (Bench bench = Bench.stepped(""); Memory from = Memory.allocate("from", 32)) {
            for (int flag = 0; flag < 16; flag += 4) {
                for (int i = 0; i < 32; i++) {
                    from.putByte(i, (byte) (i + flag));
                }
                assertTrue(bench.device.iommu().write(Kind.COMPLETION, bench.buffers.iova() + 32, from, 8, 16, flag));
                assertEquals(from.getLong(8), bench.buffers.getLong(32));
                assertEquals(from.getLong(16), bench.buffers.getLong(40));
                assertEquals(0, bench.buffers.getLong(48));
            }
        }
    }

    @Test
    void manyMappings_areAllFound_alsoWhenOthersGo() {
        try (Bench bench = Bench.stepped(""); Memory word = Memory.allocate("word", 8)) {
            List<DmaMemory> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                DmaMemory each = bench.dma.allocate("region " + i, 64 + i, 64);
                each.putLong(56, i);
                all.add(each);
            }
            for (int i = 1; i < 100; i += 2) {
                all.get(i).close();
            }
            assertEquals(52, bench.device.iommu().mapped());
            for (int i = 0; i < 100; i++) {
                boolean open = i % 2 == 0;
                assertEquals(open, bench.device.iommu().read(Kind.CONTROL, all.get(i).iova() + 56, word, 0, 8));
                if (open) {
                    assertEquals(i, word.getLong(0));
                }
            }
        }
    }

    @Test
    void mapping_whatOverlaps_isRefused() {
        try (Bench bench = Bench.stepped("")) {
            Exception thrown = assertThrows(PlatformException.class, () -> bench.device.iommu().map(bench.buffers));
            assertTrue(thrown.getMessage().contains("\"buffers\"") && thrown.getMessage().contains("overlaps"),
                thrown.getMessage());
        }
    }

    @Test
    void addressBits_areThoseOfTheAddress() {
        try (Bench bench = Bench.stepped(",address-bits=32")) {
            assertEquals(32, bench.function.dmaDomain().addressBits());
            assertTrue(bench.buffers.iova() >>> 32 == 0);
        }
    }

    @Test
    void modelsOwnMistake_isNotTakenForAFault() {
        try (Bench bench = Bench.stepped(""); Memory small = Memory.allocate("small", 8)) {
            assertThrows(IndexOutOfBoundsException.class,
                () -> bench.device.iommu().read(Kind.CONTROL, bench.buffers.iova(), small, 0, 16));
            assertEquals(0, bench.device.iommu().faults());
            // The lock was given back.
            assertTrue(bench.device.iommu().read(Kind.CONTROL, bench.buffers.iova(), small, 0, 8));
        }
    }
}
