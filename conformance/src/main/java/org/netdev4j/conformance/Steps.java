package org.netdev4j.conformance;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.netdev4j.platform.Deadline;

/**
 * The steps of a case that lives a life for each of them, in many of which a driver waits until a limit of time is reached. On
 * virtual time they are all gone through, in order. On real time they come in an order that follows from the seed, and no more
 * after a quarter of the time that a case may take: as many as there is time for, others with another seed.
 */
public final class Steps implements Iterable<Integer> {
    private final int[] order;
    private final Deadline end;

    private Steps(int[] order, Deadline end) {
        this.order = order;
        this.end = end;
    }

    /** Steps from 0 to {@code count - 1}. Time runs from now. */
    public static Steps of(Bench bench, int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        if (bench.platform().isVirtual()) {
            return new Steps(order, null);
        }
        for (int i = count - 1; i > 0; i--) {
            int other = bench.random().nextInt(i + 1);
            int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        return new Steps(order, bench.deadline());
    }

    @Override
    public Iterator<Integer> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < order.length && (next == 0 || end == null || !end.expired());
            }

            @Override
            public Integer next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return order[next++];
            }
        };
    }
}
