package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
class HugePageBackingTest extends MemoryBackingContract {
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

    @Override
    MemoryBacking create() {
        return MemoryBackings.hugepages();
    }

    @Test
    void blocks_areHugepages_sharedWithWhoeverMapsTheirFile() {
        long free = HugePagePool.free();
        MemoryBlock block = backing().allocate("huge", 3 << 20);

        assertEquals(4 << 20, block.size());
        SharedMapping.requireSameBytes(block);
        assertEquals(free - 2, HugePagePool.free());
        backing().free(block);
        assertEquals(free, HugePagePool.free());
    }

    @Test
    void allocate_saysHowToGetSome_andLeavesNothing_whenThePoolIsEmpty() {
        long fds = Descriptors.open();
        long free = HugePagePool.free();

        PlatformException e = assertThrows(PlatformException.class,
            () -> backing().allocate("ring", (free + 1) * HugePageBacking.PAGE));

        String expected = "memory \"ring\": " + (free + 1)
            + " hugepages of 2 MiB cannot be had: mmap\\(.*\\): ENOMEM \\(.*\\); free in the pool: " + free
            + "; remedy: echo \\d+ > /proc/sys/vm/nr_hugepages";
        assertTrue(e.getMessage().matches(expected), e.getMessage());
        assertEquals(fds, Descriptors.open());
        assertEquals(free, HugePagePool.free());
    }
}
