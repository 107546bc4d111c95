package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PageRunsTest {
    private static final long SIZE = 2 << 20;

    private static List<Long> find(int count, long... pages) {
        List<Long> all = new ArrayList<>();
        for (long page : pages) {
            all.add(page * SIZE);
        }
        return PageRuns.find(all, Long::longValue, SIZE, count).stream().map(at -> at / SIZE).toList();
    }

    @Test
    void find_takesTheShortestRunThatIsLongEnough_whateverTheOrderOfThePages() {
        assertEquals(List.of(20L, 21L), find(2, 13, 20, 10, 12, 21, 11, 30));
        assertEquals(List.of(10L, 11L, 12L), find(3, 13, 20, 10, 12, 21, 11, 30));
        assertEquals(List.of(30L), find(1, 13, 20, 10, 12, 21, 11, 30));
    }

    @Test
    void find_givesNone_whenNoRunIsLongEnough() {
        assertEquals(List.of(), find(2));
        assertEquals(List.of(), find(2, 1, 3, 5));
        assertEquals(List.of(), find(4, 1, 2, 3, 5, 6, 7));
    }

    @Test
    void find_givesPagesInARow_exactlyWhenThereAreSome() {
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            TreeSet<Long> pages = new TreeSet<>();
            int most = random.nextInt(40);
            for (int i = 0; i < most; i++) {
                pages.add((long) random.nextInt(60));
            }
            int count = 1 + random.nextInt(6);
            List<Long> shuffled = new ArrayList<>(pages);
            Collections.shuffle(shuffled, random);

            List<Long> found = find(count, shuffled.stream().mapToLong(Long::longValue).toArray());

            assertEquals(count <= longest(pages), !found.isEmpty(), () -> pages + " holding " + count);
            assertTrue(pages.containsAll(found));
            for (int i = 1; i < found.size(); i++) {
                assertEquals(found.get(i - 1) + 1, found.get(i));
            }
            assertTrue(found.isEmpty() || found.size() == count);
            assertEquals(longest(pages), PageRuns.longest(shuffled, page -> page * SIZE, SIZE));
        }
    }

    private static int longest(TreeSet<Long> pages) {
        int longest = 0;
        for (long page : pages) {
            int length = 1;
            while (pages.contains(page + length)) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }
}
