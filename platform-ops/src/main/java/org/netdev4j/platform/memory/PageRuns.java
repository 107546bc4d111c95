package org.netdev4j.platform.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Finds pages that lie in a row in physical memory. */
final class PageRuns {
    private PageRuns() {
    }

    /**
     * A run of pages.
     *
     * @param pages    no two at the same address
     * @param physical address of a page
     * @param size     bytes of each
     * @param count    how many are wanted
     * @return {@code count} pages in rising order, from the shortest run that has as many, so that long ones are kept; none
     *     if there is no such run
     */
    static <P> List<P> find(List<P> pages, ToLongFunction<P> physical, long size, int count) {
        List<P> best = List.of();
        for (List<P> run : runs(pages, physical, size)) {
            if (run.size() >= count && (best.isEmpty() || run.size() < best.size())) {
                best = run;
            }
        }
        return best.isEmpty() ? best : best.subList(0, count);
    }

    /** Length of the longest run. */
    static <P> int longest(List<P> pages, ToLongFunction<P> physical, long size) {
        return runs(pages, physical, size).stream().mapToInt(List::size).max().orElse(0);
    }

    private static <P> List<List<P>> runs(List<P> pages, ToLongFunction<P> physical, long size) {
        List<P> sorted = new ArrayList<>(pages);
        sorted.sort(Comparator.comparingLong(physical));
        List<List<P>> runs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size()
                || physical.applyAsLong(sorted.get(i)) != physical.applyAsLong(sorted.get(i - 1)) + size) {
                runs.add(sorted.subList(start, i));
                start = i;
            }
        }
        return runs;
    }
}
