package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.raw.RawMemory;

/** With true hugepages. Where they lie is made up, unless a test says otherwise, so that only reserving them needs rights. */
@OnLinux
class PhysicalBackingTest extends MemoryBackingContract {
    private static final long HUGE = HugePageRun.PAGE;

    private static HugePagePool pool;

    @BeforeAll
    static void reserve() {
        pool = HugePagePool.withFree(8);
    }

    @AfterAll
    static void giveBack() {
        if (pool != null) {
            pool.close();
        }
    }

    /** The n-th page taken lies at the n-th of these places, counted in hugepages; the last ones in a row. */
    private static PageTable lying(int... places) {
        int[] taken = {0};
        return (address, pages) -> {
            int n = taken[0]++;
            int place = n < places.length ? places[n] : 1000 + n;
            return new long[] {place * HUGE};
        };
    }

    @Override
    MemoryBacking create() {
        return new PhysicalBacking(lying());
    }

    @Test
    void smallBlocks_shareAPage_whichGoesBackWithTheLast() {
        long free = HugePagePool.free();
        List<MemoryBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            blocks.add(backing().allocate("ring " + i, 16 << 10));
        }
        assertEquals(free - 1, HugePagePool.free());
        for (MemoryBlock block : blocks) {
            assertEquals(16 << 10, block.size());
            assertEquals(free - 1, HugePagePool.free());
            backing().free(block);
        }
        assertEquals(free, HugePagePool.free());
    }

    @Test
    void aLargeBlock_isMappedInTheOrderInWhichItsPagesLie_andTheOthersGoBack() {
        long free = HugePagePool.free();
        long fds = Descriptors.open();
        // The first is taken by the probe. No two of the next two are neighbours; of four, three are, and not in order.
        try (MemoryBacking some = new PhysicalBacking(lying(9, 41, 30, 40, 42, 50))) {
            MemoryBlock block = some.allocate("pool", 3 * HUGE);
            assertEquals(3 * HUGE, block.size());
            assertEquals(0, block.address() % HUGE);
            assertEquals(free - 3, HugePagePool.free());
            RawMemory.fill(block.address(), block.size(), (byte) 1);
            some.free(block);
        }
        assertEquals(free, HugePagePool.free());
        assertEquals(fds, Descriptors.open());
    }

    @Test
    void whatIsLeftOfALargeRun_isUsedForSmallBlocks() {
        long free = HugePagePool.free();
        MemoryBlock large = backing().allocate("pool", HUGE + 4096);
        MemoryBlock small = backing().allocate("ring", 4096);
        assertEquals(large.address() + large.size(), small.address());
        assertEquals(free - 2, HugePagePool.free());
        backing().free(large);
        backing().free(small);
    }

    @Test
    void allocate_saysHowToGetSome_andLeavesNothing_whenThePoolIsTooSmall() {
        long free = HugePagePool.free();
        long fds = Descriptors.open();

        String message = assertThrows(PlatformException.class,
            () -> backing().allocate("pool", (free + 1) * HUGE)).getMessage();

        assertTrue(message.startsWith("memory \"pool\": " + (free + 1) + " hugepages of 2 MiB are wanted"), message);
        assertTrue(message.endsWith("remedy: echo 512 > /proc/sys/vm/nr_hugepages"), message);
        assertEquals(free, HugePagePool.free());
        assertEquals(fds, Descriptors.open());
    }

    @Test
    void allocate_saysHowLongTheLongestRowIs_whenNoneIsLongEnough() {
        try (MemoryBacking apart = new PhysicalBacking((address, pages) -> new long[] {address})) {
            // By their place in this process, where each was mapped for a moment at the same address.
            long free = HugePagePool.free();
            String message = assertThrows(PlatformException.class, () -> apart.allocate("pool", 2 * HUGE)).getMessage();
            assertTrue(message.contains("2 hugepages of 2 MiB in a row are wanted"), message);
            assertTrue(message.contains("at most 1 lie so"), message);
            assertTrue(message.contains("hugepages=512"), message);
            assertEquals(free, HugePagePool.free());
        }
    }

    @Test
    void pieces_takeWhateverPagesThereAre_inTheOrderInWhichTheyLie() {
        long free = HugePagePool.free();
        long fds = Descriptors.open();
        try (MemoryBacking some = new PhysicalBacking(lying(9, 70, 30, 50))) {
            MemoryBlock pool = some.allocatePieces("pool", 2 * HUGE + 4096);
            RawMemory.fill(pool.address(), pool.size(), (byte) 1);
            MemoryBlock ring = some.allocate("ring", 4096);
            assertTrue(ring.address() < pool.address() || ring.address() >= pool.address() + 3 * HUGE, "not in pages apart");
            assertEquals(free - 4, HugePagePool.free());
            some.free(pool);
            assertEquals(free - 1, HugePagePool.free());
            MemoryBlock little = some.allocatePieces("little pool", 8192);
            assertEquals(free - 1, HugePagePool.free());
            some.free(little);
            some.free(ring);
            String message = assertThrows(PlatformException.class,
                () -> some.allocatePieces("pool", (free + 1) * HUGE)).getMessage();
            assertTrue(message.endsWith("remedy: echo 512 > /proc/sys/vm/nr_hugepages"), message);
        }
        assertEquals(free, HugePagePool.free());
        assertEquals(fds, Descriptors.open());
    }

    @Test
    void onThisMachine_deviceAddressesAreThoseOfTheMemory() {
        try (MemoryBacking real = HugePagePool.physical()) {
            PageTable table = new Pagemap(Pagemap.SELF);
            MemoryBlock ring = real.allocate("ring", 64 << 10);
            MemoryBlock pool = real.allocatePieces("pool", 3 * HUGE);
            long[] pieces = IovaPolicy.physical().assignPieces(pool, real.pieceBytes(), 64);

            assertEquals(table.physical(ring.address(), 1)[0], IovaPolicy.physical().assign(ring, 64));
            assertEquals(3, pieces.length);
            for (int i = 0; i < pieces.length; i++) {
                long at = i * HUGE + 5 * PageTable.PAGE;
                assertEquals(table.physical(pool.address() + at, 1)[0], pieces[i] + 5 * PageTable.PAGE);
            }
            real.free(ring);
            real.free(pool);
        }
    }
}
