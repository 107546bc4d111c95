package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link WaitEvent} must do. */
@Timeout(60)
abstract class WaitEventContract {
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    /** The platform under test. */
    abstract Platform platform();

    private Deadline in(long nanos) {
        return Deadline.afterNanos(platform().clock(), nanos);
    }

    @Test
    void await_returnsAtOnce_whenSignalledBefore() {
        WaitEvent event = platform().newWaitEvent();
        event.signal();
        Deadline deadline = in(LONG);

        assertTrue(event.await(deadline));
        assertTrue(deadline.remainingNanos() > LONG / 2);
    }

    @Test
    void await_takesTheSignal() {
        WaitEvent event = platform().newWaitEvent();
        event.signal();

        assertTrue(event.await(in(0)));
        assertFalse(event.await(in(0)));
        assertFalse(event.poll());
    }

    @Test
    void signal_countsOnce_whenGivenTwice() {
        WaitEvent event = platform().newWaitEvent();
        event.signal();
        event.signal();
        event.signal();

        assertTrue(event.poll());
        assertFalse(event.poll());
        event.signal();
        assertTrue(event.await(in(SHORT)));
        assertFalse(event.await(in(SHORT)));
    }

    @Test
    void await_returnsFalse_notBeforeTheDeadline() {
        WaitEvent event = platform().newWaitEvent();
        Deadline deadline = in(SHORT);

        assertFalse(event.await(deadline));
        assertTrue(deadline.expired());
    }

    @Test
    void await_takesASignal_althoughTheDeadlineHasPassed() {
        WaitEvent event = platform().newWaitEvent();
        Deadline deadline = in(0);
        event.signal();

        assertTrue(event.await(deadline));
    }

    @Test
    void await_endsWithTheSignal_ofATimer() {
        WaitEvent event = platform().newWaitEvent();
        Deadline deadline = in(LONG);
        platform().timers().after("signal", SHORT, event::signal);

        assertTrue(event.await(deadline));
        assertTrue(deadline.lengthNanos() - deadline.remainingNanos() >= SHORT);
        assertTrue(deadline.remainingNanos() > LONG / 2);
    }

    @Test
    void await_keepsTheInterrupt_andReturnsFalse() {
        WaitEvent event = platform().newWaitEvent();
        Thread.currentThread().interrupt();
        boolean signalled = event.await(in(LONG));

        assertTrue(Thread.interrupted());
        assertFalse(signalled);
    }

    @Test
    void await_takesASignal_althoughInterrupted() {
        WaitEvent event = platform().newWaitEvent();
        event.signal();
        Thread.currentThread().interrupt();
        boolean signalled = event.await(in(LONG));

        assertTrue(Thread.interrupted());
        assertTrue(signalled);
    }

    @Test
    void poll_takesTheFlagDown_andNeverWaits() {
        WaitEvent event = platform().newWaitEvent();
        assertFalse(event.poll());
        event.signal();

        assertTrue(event.poll());
        assertFalse(event.poll());
    }

    @Test
    void events_areIndependent() {
        WaitEvent one = platform().newWaitEvent();
        WaitEvent other = platform().newWaitEvent();
        one.signal();

        assertFalse(other.poll());
        assertTrue(one.poll());
    }

    @Test
    void await_refusesADeadline_ofAClockThatWouldNotMove() {
        WaitEvent event = platform().newWaitEvent();

        Exception e = assertThrows(IllegalArgumentException.class,
            () -> event.await(Deadline.afterNanos(new VirtualClock(), SHORT)));
        assertEquals(platform().isVirtual()
            ? "a wait on a virtual clock needs a deadline of that clock"
            : "a wait in real time needs a deadline in real time, not on a virtual clock", e.getMessage());
    }
}
