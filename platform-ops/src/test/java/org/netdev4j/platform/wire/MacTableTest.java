package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MacTableTest {
    @Test
    void lookup_findsWhatWasLearned_alsoAddressZero() {
        MacTable table = new MacTable(100);
        assertEquals(MacTable.UNKNOWN, table.lookup(0, 0));

        table.learn(0, 5, 0);

        assertEquals(5, table.lookup(0, 0));
        assertEquals(MacTable.UNKNOWN, table.lookup(1, 0));
    }

    @Test
    void lookup_worksAcrossTheEndOfTime() {
        MacTable table = new MacTable(100);
        table.learn(9, 1, Long.MAX_VALUE - 10);

        assertEquals(1, table.lookup(9, Long.MIN_VALUE + 80));
        assertEquals(MacTable.UNKNOWN, table.lookup(9, Long.MIN_VALUE + 100));
    }

    @Test
    void learn_keepsTheLatest_whenThereAreTooMany() {
        MacTable table = new MacTable(Long.MAX_VALUE);
        int stations = 100_000;
        for (int i = 0; i < stations; i++) {
            table.learn(0x0200_0000_0000L + i * 0x1_0001L, i % 64, i);
        }
        int known = 0;
        for (int i = stations - 1000; i < stations; i++) {
            int port = table.lookup(0x0200_0000_0000L + i * 0x1_0001L, stations);
            assertTrue(port == i % 64 || port == MacTable.UNKNOWN);
            known += port == i % 64 ? 1 : 0;
        }
        assertTrue(known > 990, "known " + known);
    }

    @Test
    void learn_holdsAThousandStationsWithoutLoss() {
        MacTable table = new MacTable(Long.MAX_VALUE);
        for (int i = 0; i < 1000; i++) {
            table.learn(0x5254_0000_0000L + i, i % 64, i);
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(i % 64, table.lookup(0x5254_0000_0000L + i, 1000));
        }
        assertEquals(1000, table.size(1000));
    }
}
