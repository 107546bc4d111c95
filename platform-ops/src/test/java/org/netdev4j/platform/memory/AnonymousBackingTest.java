package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AnonymousBackingTest extends MemoryBackingContract {
    @Override
    MemoryBacking create() {
        return MemoryBackings.anonymous();
    }

    @Test
    void blocks_haveNoFileBehindThem() {
        MemoryBlock block = backing().allocate("test", 1);

        assertEquals(-1, block.fd());
        assertEquals("anonymous", backing().name());
        backing().free(block);
    }
}
