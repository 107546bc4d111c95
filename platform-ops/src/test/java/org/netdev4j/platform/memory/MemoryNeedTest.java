package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
class MemoryNeedTest {
    private static String backing(String name, MemoryNeed need) {
        try (Platform platform = Platform.builder().memory(name, need).build()) {
            return platform.dma().backing().name();
        }
    }

    @Test
    void and_isTheMoreDemanding() {
        assertEquals(MemoryNeed.PHYSICAL, MemoryNeed.ANY.and(MemoryNeed.PHYSICAL));
        assertEquals(MemoryNeed.PHYSICAL, MemoryNeed.PHYSICAL.and(MemoryNeed.LARGE_PAGES));
        assertEquals(MemoryNeed.ANY, MemoryNeed.ANY.and(MemoryNeed.ANY));
    }

    @Test
    void auto_isWhatTheNeedAsksFor_andANameIsThatMemoryWhateverTheNeed() {
        assertEquals("memfd", backing("auto", MemoryNeed.ANY));
        assertEquals("hugetlb-2M, else memfd", backing("AUTO", MemoryNeed.LARGE_PAGES));
        assertEquals("anonymous", backing("anonymous", MemoryNeed.PHYSICAL));
        assertThrows(PlatformException.class, () -> backing("swap", MemoryNeed.ANY));
    }

    @Test
    void physical_isOfHugepages_withIovasThatADeviceWithoutAnIommuTakes() {
        HugePagePool pool = HugePagePool.withFree(2);
        try (pool; MemoryBacking there = HugePagePool.physical()) {
            assertEquals("physical", there.name());
            for (Platform.Builder builder : new Platform.Builder[] {Platform.builder().memory("physical", MemoryNeed.ANY),
                Platform.builder().memory("auto", MemoryNeed.PHYSICAL)}) {
                try (Platform platform = builder.build()) {
                    assertEquals("physical", platform.dma().backing().name());
                    platform.dma().attach(new FakeDmaDomain("bare", 64, true));
                    DmaMemory ring = platform.dma().allocator("nic").allocate("ring", 8192, 4096);
                    assertEquals(new Pagemap(Pagemap.SELF).physical(ring.address(), 1)[0], ring.iova());
                    ring.close();
                }
            }
            assertTrue(HugePagePool.free() >= 2);
        }
    }
}
