package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PoolLayoutTest {
    @Test
    void buffers_lieBehindOneAnother_whereMemoryIsOnePiece() {
        PoolLayout layout = PoolLayout.of(1000, 2176, Long.MAX_VALUE);
        assertEquals(1000 * 2176, layout.size());
        assertEquals(999 * 2176, layout.offset(999));
    }

    @Test
    void noBuffer_liesInTwoPieces_orInAnother_andEachIsFoundByItsOffset() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            int stride = 64 * (1 + random.nextInt(1025));
            int count = 1 + random.nextInt(3000);
            long piece = 2 << 20;
            PoolLayout layout = PoolLayout.of(count, stride, piece);
            long end = 0;
            for (int i = 0; i < count; i++) {
                long at = layout.offset(i);
                assertTrue(at >= end, "buffer " + i);
                assertEquals(at / piece, (at + stride - 1) / piece, "buffer " + i);
                assertEquals(i, layout.index(at));
                end = at + stride;
            }
            assertEquals(end, layout.size());
            assertTrue(layout.size() <= ((long) count * stride / (piece - stride + 1) + 1) * piece);
        }
    }
}
