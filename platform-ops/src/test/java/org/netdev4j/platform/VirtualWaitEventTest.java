package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VirtualWaitEventTest extends WaitEventContract {
    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();
    private final WaitEvent event = platform.newWaitEvent();

    @Override
    Platform platform() {
        return platform;
    }

    @Test
    void await_movesTimeExactlyToTheDeadline() {
        clock.advance(7);
        assertFalse(event.await(Deadline.afterNanos(clock, 1000)));

        assertEquals(1007, clock.nanoTime());
    }

    @Test
    void await_movesTimeExactlyToTheSignal() {
        List<String> ran = new ArrayList<>();
        platform.timers().after("before", 300, () -> ran.add("before at " + clock.nanoTime()));
        platform.timers().after("signal", 400, event::signal);
        platform.timers().after("same instant", 400, () -> ran.add("same instant"));
        assertTrue(event.await(Deadline.afterNanos(clock, 1000)));

        assertEquals(400, clock.nanoTime());
        assertEquals(List.of("before at 300"), ran);
        clock.advance(0);
        assertEquals(List.of("before at 300", "same instant"), ran);
    }

    @Test
    void await_takesASignal_dueAtTheDeadlineItself() {
        platform.timers().after("signal", 1000, event::signal);

        assertTrue(event.await(Deadline.afterNanos(clock, 1000)));
        assertEquals(1000, clock.nanoTime());
    }

    @Test
    void await_doesNotMoveTime_whenSignalledBefore() {
        event.signal();
        assertTrue(event.await(Deadline.afterNanos(clock, 1000)));

        assertEquals(0, clock.nanoTime());
    }

    @Test
    void await_endsAtTheEndOfTime_whenNothingIsComing() {
        clock.advance(5);
        assertFalse(event.await(Deadline.afterNanos(clock, Long.MAX_VALUE)));

        assertEquals(Long.MAX_VALUE, clock.nanoTime());
    }

    @Test
    void await_inATimerTask_isAnsweredByAnotherTask() {
        // A driver's keep-alive task asks a device model that lives on the same clock.
        WaitEvent answer = platform.newWaitEvent();
        List<String> log = new ArrayList<>();
        platform.timers().after("driver", 100, () -> {
            platform.timers().after("model", 50, answer::signal);
            boolean answered = answer.await(Deadline.afterNanos(clock, 1000));
            log.add("answered " + answered + " at " + clock.nanoTime());
        });
        clock.advance(10_000);

        assertEquals(List.of("answered true at 150"), log);
        assertEquals(10_000, clock.nanoTime());
    }
}
