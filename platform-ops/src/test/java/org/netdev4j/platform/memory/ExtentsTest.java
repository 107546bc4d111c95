package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    @Test
    void take_usesTheFirstPartWithRoom_andGive_joinsWhatLiesTogether() {
        Extents extents = new Extents(100);
        assertTrue(extents.isFree());
        assertEquals(0, extents.take(40));
        assertEquals(40, extents.take(40));
        assertEquals(-1, extents.take(21));
        extents.give(0, 40);
        assertEquals(0, extents.take(10));
        extents.give(40, 40);
        assertEquals(10, extents.take(90));
        assertFalse(extents.isFree());
        extents.give(0, 10);
        extents.give(10, 90);
        assertTrue(extents.isFree());
    }

    @Test
    void takeAndGive_neverGiveAByteTwice_andLoseNone() {
        Random random = new Random(7);
        boolean[] used = new boolean[200];
        Extents extents = new Extents(used.length);
        List<long[]> taken = new ArrayList<>();
        for (int round = 0; round < 20_000; round++) {
            if (taken.isEmpty() || random.nextInt(5) < 2) {
                long bytes = 1 + random.nextInt(40);
                long at = extents.take(bytes);
                assertEquals(fits(used, bytes), at >= 0);
                if (at >= 0) {
                    mark(used, at, bytes, true);
                    taken.add(new long[] {at, bytes});
                }
            } else {
                long[] some = taken.remove(random.nextInt(taken.size()));
                mark(used, some[0], some[1], false);
                extents.give(some[0], some[1]);
            }
            assertEquals(taken.isEmpty(), extents.isFree());
        }
    }

    private static void mark(boolean[] used, long at, long bytes, boolean now) {
        for (long i = at; i < at + bytes; i++) {
            assertEquals(!now, used[(int) i], "byte " + i);
            used[(int) i] = now;
        }
    }

    private static boolean fits(boolean[] used, long bytes) {
        int free = 0;
        for (boolean byteUsed : used) {
            free = byteUsed ? 0 : free + 1;
            if (free >= bytes) {
                return true;
            }
        }
        return false;
    }
}
