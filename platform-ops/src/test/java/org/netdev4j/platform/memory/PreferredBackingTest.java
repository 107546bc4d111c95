package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
class PreferredBackingTest extends MemoryBackingContract {
    @Override
    MemoryBacking create() {
        return MemoryBackings.preferHugepages();
    }

    @Test
    void allocate_goesOnWithOrdinaryPages_whenThePoolIsUsedUp() {
        try (HugePagePool _ = HugePagePool.withFree(1)) {
            List<MemoryBlock> blocks = new ArrayList<>();
            long free = HugePagePool.free();
            for (long i = 0; i <= free; i++) {
                blocks.add(backing().allocate("block " + i, HugePageBacking.PAGE));
            }

            assertEquals(HugePageBacking.PAGE, blocks.getFirst().pageSize());
            assertEquals(backing().pageSize(), blocks.getLast().pageSize());
            blocks.forEach(backing()::free);
            assertEquals(free, HugePagePool.free());
        }
    }

    @Test
    void allocate_leavesHugepagesAlone_forLittle() {
        try (HugePagePool _ = HugePagePool.withFree(1)) {
            MemoryBlock block = backing().allocate("little", 4096);

            assertEquals(4096, block.size());
            backing().free(block);
        }
    }
}
