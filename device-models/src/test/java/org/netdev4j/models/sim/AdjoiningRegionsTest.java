package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.memory.MemoryBlock;

/** Memory of a peer comes page by page: a device that reaches across pages finds all of them, or none is touched. */
class AdjoiningRegionsTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 8;
    private static final long IOVA = 0x10_0000;

    /** What is behind the pages: page {@code i} of the process is page {@code PAGES - 1 - i} of the device. */
    private final Memory behind = Memory.allocate("behind", PAGES * PAGE, PAGE);
    private final Memory local = Memory.allocate("local", PAGES * PAGE, PAGE);
    private final SimIommu iommu = new SimIommu("test", 64);
    private final List<DmaMemory> pages = new ArrayList<>();

    @AfterEach
    void free() {
        behind.close();
        local.close();
    }

    private DmaMemory page(int behindPage, long iova, int size) {
        MemoryBlock block = new MemoryBlock(behind.address() + (long) behindPage * PAGE, size, PAGE, -1, 0);
        return DmaMemory.ofPeer("page at " + Long.toHexString(iova), block, iova, () -> { });
    }

    private void mapAll() {
        iommu.letRegionsAdjoin(true);
        for (int i = 0; i < PAGES; i++) {
            DmaMemory page = page(PAGES - 1 - i, IOVA + (long) i * PAGE, PAGE);
            pages.add(page);
            iommu.map(page);
        }
    }

    private void fillBehind() {
        for (int i = 0; i < PAGES * PAGE; i += Integer.BYTES) {
            behind.putInt(i, i * 0x9e3779b1);
        }
    }

    /** A byte of the device's memory. */
    private byte atDevice(int offset) {
        return behind.getByte((long) (PAGES - 1 - offset / PAGE) * PAGE + offset % PAGE);
    }

    private String reason() {
        List<DmaFault> faults = iommu.recentFaults();
        return faults.isEmpty() ? null : faults.get(faults.size() - 1).toString();
    }

    private void assertUntouched() {
        for (int i = 0; i < PAGES * PAGE; i++) {
            assertEquals(0, behind.getByte(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE + 17, PAGES * PAGE})
    void read_takesAllPages(int length) {
        mapAll();
        fillBehind();
        int from = length == PAGES * PAGE ? 0 : PAGE - 1;

        assertTrue(iommu.read(Kind.PAYLOAD, IOVA + from, local, 0, length), this::reason);

        for (int i = 0; i < length; i++) {
            assertEquals(atDevice(from + i), local.getByte(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE + 17, PAGES * PAGE})
    void write_reachesAllPages_andNothingElse(int length) {
        mapAll();
        local.fill(0, length, (byte) 7);
        int from = length == PAGES * PAGE ? 0 : PAGE - 1;

        assertTrue(iommu.write(Kind.PAYLOAD, IOVA + from, local, 0, length, SimIommu.NO_FLAG), this::reason);

        for (int i = 0; i < PAGES * PAGE; i++) {
            assertEquals(i >= from && i < from + length ? 7 : 0, atDevice(i));
        }
    }

    @Test
    void entry_isWrittenWhole_whereverThePagesMeet() {
        mapAll();
        for (int i = 0; i < 32; i++) {
            local.putByte(i, (byte) (i + 1));
        }
        for (int before = 4; before < 16; before += 4) {
            for (int flag = 0; flag < 16; flag += 4) {
                behind.fill(0, behind.size(), (byte) 0);
                int from = 2 * PAGE - before;
                assertTrue(iommu.write(Kind.COMPLETION, IOVA + from, local, 8, 16, flag), this::reason);
                for (int i = 0; i < 16; i++) {
                    assertEquals(local.getByte(8 + i), atDevice(from + i));
                }
                assertEquals(0, atDevice(from - 1));
                assertEquals(0, atDevice(from + 16));
            }
        }
    }

    @Test
    void flagWord_thatTwoRegionsShare_isRefused() {
        iommu.letRegionsAdjoin(true);
        iommu.map(page(0, IOVA, 6));
        iommu.map(page(1, IOVA + 6, 10));
        local.fill(0, 16, (byte) 1);

        assertFalse(iommu.write(Kind.COMPLETION, IOVA, local, 0, 16, 4));

        assertTrue(reason().contains("multiple of 4"), reason());
        assertUntouched();
    }

    @Test
    void flagWord_thatIsNotAlignedInMemory_isRefused() {
        iommu.letRegionsAdjoin(true);
        MemoryBlock block = new MemoryBlock(behind.address() + 2, 64, PAGE, -1, 0);
        iommu.map(DmaMemory.ofPeer("odd", block, IOVA, () -> { }));

        assertFalse(iommu.write(Kind.COMPLETION, IOVA, local, 0, 16, 4));
        assertTrue(reason().contains("multiple of 4"), reason());
    }

    @Test
    void hole_stopsTheAccess_andMovesNothing() {
        mapAll();
        iommu.unmap(pages.get(2));
        local.fill(0, local.size(), (byte) 1);

        assertFalse(iommu.write(Kind.PAYLOAD, IOVA + 100, local, 0, 3 * PAGE, SimIommu.NO_FLAG));
        assertTrue(reason().contains("goes 4196 bytes past the end of \"page at 101000\""), reason());
        assertUntouched();
        assertFalse(iommu.write(Kind.COMPLETION, IOVA + 2 * PAGE - 8, local, 0, 16, 0));
        assertUntouched();
        assertFalse(iommu.read(Kind.PAYLOAD, IOVA + 100, local, 0, 3 * PAGE));
        assertEquals(1, local.getByte(0));
        assertEquals(3, iommu.faults());
    }

    @Test
    void permission_isAskedOfEachRegion() {
        mapAll();
        iommu.permit(pages.get(1), true, false);
        local.fill(0, local.size(), (byte) 1);

        assertFalse(iommu.write(Kind.PAYLOAD, IOVA, local, 0, 3 * PAGE, SimIommu.NO_FLAG));
        assertTrue(reason().contains("\"page at 101000\"") && reason().contains("may not be written"), reason());
        assertUntouched();
        assertTrue(iommu.read(Kind.PAYLOAD, IOVA, local, 0, 3 * PAGE));

        iommu.permit(pages.get(1), false, true);
        local.fill(0, local.size(), (byte) 1);
        assertFalse(iommu.read(Kind.PAYLOAD, IOVA, local, 0, 3 * PAGE));
        assertTrue(reason().contains("may not be read"), reason());
        assertEquals(1, local.getByte(0));
    }

    @Test
    void closedRegion_isNotTouched() {
        mapAll();
        pages.get(1).close();

        assertFalse(iommu.read(Kind.PAYLOAD, IOVA, local, 0, 2 * PAGE));
        assertTrue(reason().contains("is being freed"), reason());
    }

    @Test
    void withoutTheMode_regionsDoNotAdjoin() {
        mapAll();
        iommu.letRegionsAdjoin(false);

        assertFalse(iommu.read(Kind.PAYLOAD, IOVA + PAGE - 1, local, 0, 2));
        assertTrue(reason().contains("goes 1 bytes past the end"), reason());
        assertTrue(iommu.read(Kind.PAYLOAD, IOVA + PAGE - 1, local, 0, 1));
    }

    @Test
    void topOfTheAddressSpace_doesNotAdjoinItsBottom() {
        iommu.letRegionsAdjoin(true);
        iommu.map(page(0, -PAGE, PAGE));
        iommu.map(page(1, 0, PAGE));
        iommu.map(page(2, -2L * PAGE, PAGE));
        fillBehind();

        assertTrue(iommu.read(Kind.PAYLOAD, -PAGE - 4, local, 0, 8), this::reason);
        assertEquals(behind.getInt(3 * PAGE - 4), local.getInt(0));
        assertEquals(behind.getInt(0), local.getInt(4));
        assertFalse(iommu.read(Kind.PAYLOAD, -4, local, 0, 8));
        assertThrows(PlatformException.class, () -> iommu.map(page(3, -2L * PAGE - 8, 16)));
        assertThrows(PlatformException.class, () -> iommu.map(page(3, -8, 4)));
    }

    @Test
    void manySmallRegions_areFound_whateverTheirOrder() {
        int count = 32_768;
        iommu.letRegionsAdjoin(true);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Random random = new Random(11);
        Collections.shuffle(order, random);
        DmaMemory[] all = new DmaMemory[count];
        for (int i = 0; i < PAGES; i++) {
            behind.putInt((i + 1L) * PAGE - 4, i);
        }
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i : order) {
                all[i] = page(i % PAGES, IOVA + (long) i * PAGE, PAGE);
                iommu.map(all[i]);
            }
            assertEquals(count, iommu.mapped());
            for (int i : order) {
                boolean last = i == count - 1;
                boolean found = iommu.read(Kind.PAYLOAD, IOVA + (i + 1L) * PAGE - 4, local, 0, 8);
                assertEquals(!last, found);
                if (found) {
                    assertEquals(i % PAGES, local.getInt(0));
                }
            }
            Collections.shuffle(order, random);
            for (int i : order) {
                iommu.unmap(all[i]);
                assertFalse(iommu.read(Kind.PAYLOAD, all[i].iova(), local, 0, 4));
            }
        });
        assertEquals(0, iommu.mapped());
    }

    @Test
    void accessAcrossPages_allocatesNothing() {
        mapAll();
        assertNull(reason());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < 300 && bytes != 0; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int turn = 0; turn < 2_000; turn++) {
                iommu.read(Kind.PAYLOAD, IOVA + 100, local, 0, 3 * PAGE);
                iommu.write(Kind.PAYLOAD, IOVA + 100, local, 0, PAGE, SimIommu.NO_FLAG);
                iommu.write(Kind.COMPLETION, IOVA + PAGE - 8, local, 0, 16, 12);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes);
        assertNull(reason());
    }
}
