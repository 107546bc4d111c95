package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;

@OnLinux
class EventFdsTest {
    private static final int COUNT = 3;

    private final Platform platform = Platform.builder().build();
    private final WaitEvent[] events = new WaitEvent[COUNT];
    private long before;
    private EventFds fds;

    @BeforeEach
    void open() {
        before = Descriptors.openSocketsAndEvents();
        fds = new EventFds("test", COUNT);
        for (int i = 0; i < COUNT; i++) {
            events[i] = platform.newWaitEvent();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        fds.close();
        fds.close();
        platform.close();
        assertEquals(before, Descriptors.openSocketsAndEvents());
    }

    private void routeAll() {
        for (int i = 0; i < COUNT; i++) {
            fds.route(i, events[i]);
        }
    }

    private static void assertComes(WaitEvent event) {
        assertTrue(event.await(Deadline.afterMillis(Clock.system(), 60_000)), "it never came");
    }

    /** One thread takes them all, the first one first: what was signalled before the last has been taken when that comes. */
    private void signalAndTake(int index) {
        LinuxFiles.signal(fds.fd(index));
        LinuxFiles.signal(fds.fd(COUNT - 1));
        assertComes(events[COUNT - 1]);
    }

    @Test
    void counters_areDifferent_andLeadToTheirEvents() {
        routeAll();
        assertEquals(COUNT, IntStream.range(0, COUNT).map(fds::fd).distinct().count());
        signalAndTake(1);
        assertFalse(events[0].poll());
        assertTrue(events[1].poll());
    }

    @Test
    void signalsThatWereNotTaken_areOne() {
        routeAll();
        fds.mask(0, true);
        LinuxFiles.signal(fds.fd(0));
        LinuxFiles.signal(fds.fd(0));
        signalAndTake(0);
        fds.mask(0, false);
        assertTrue(events[0].poll());
        assertFalse(events[0].poll());
    }

    @Test
    void masked_staysPending_untilItIsUnmasked() {
        routeAll();
        fds.mask(0, true);
        signalAndTake(0);
        assertFalse(events[0].poll());
        fds.mask(0, true);
        assertFalse(events[0].poll());
        fds.mask(0, false);
        assertTrue(events[0].poll());
        signalAndTake(0);
        assertTrue(events[0].poll());
    }

    @Test
    void unmasked_signalsNothing_ifNothingFired() {
        routeAll();
        fds.mask(0, true);
        fds.mask(0, false);
        signalAndTake(1);
        assertFalse(events[0].poll());
    }

    @Test
    void notRouted_staysPending_untilItIs() {
        fds.route(COUNT - 1, events[COUNT - 1]);
        signalAndTake(0);
        fds.route(0, events[0]);
        assertTrue(events[0].poll());
    }

    @Test
    void notRoutedAndMasked_needsBoth() {
        fds.route(COUNT - 1, events[COUNT - 1]);
        fds.mask(0, true);
        signalAndTake(0);
        fds.route(0, events[0]);
        assertFalse(events[0].poll());
        fds.mask(0, false);
        assertTrue(events[0].poll());
    }

    @Test
    void route_replacesTheEventBefore() {
        routeAll();
        fds.route(0, events[1]);
        signalAndTake(0);
        assertFalse(events[0].poll());
        assertTrue(events[1].poll());
    }

    @Test
    void oneEvent_canServeSeveralCounters() {
        AtomicInteger seen = new AtomicInteger();
        fds.route(0, new Counting(seen));
        fds.route(1, new Counting(seen));
        fds.route(COUNT - 1, events[COUNT - 1]);
        LinuxFiles.signal(fds.fd(0));
        signalAndTake(1);
        assertEquals(2, seen.get());
    }

    @Test
    void close_waitsForASignalThatIsUnderWay_andNoneComesAfter() {
        AtomicInteger seen = new AtomicInteger();
        fds.route(0, new Counting(seen));
        LinuxFiles.signal(fds.fd(0));
        fds.close();
        int then = seen.get();
        fds.route(1, new Counting(seen));
        assertEquals(then, seen.get());
    }

    @Test
    void close_byAnInterruptedThread_leavesNothing_andKeepsTheInterrupt() {
        Thread.currentThread().interrupt();
        fds.close();
        assertTrue(Thread.interrupted(), "the interrupt was lost");
    }

    /** Counts signals. */
    private record Counting(AtomicInteger seen) implements WaitEvent {
        @Override
        public void signal() {
            seen.incrementAndGet();
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean poll() {
            throw new UnsupportedOperationException();
        }
    }
}
