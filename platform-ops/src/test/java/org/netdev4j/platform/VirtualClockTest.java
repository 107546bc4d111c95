package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VirtualClockTest {
    private final VirtualClock clock = new VirtualClock();
    private final Timers timers = clock.timers();
    private final List<String> log = new ArrayList<>();

    private Runnable note(String what) {
        return () -> log.add(what + "@" + clock.nanoTime());
    }

    @Test
    void advance_runsWorkInOrderOfTime_thenOfScheduling() {
        timers.after("c", 20, note("c"));
        timers.after("a", 10, note("a"));
        timers.after("b", 10, note("b"));
        timers.every("p", 10, note("p"));
        timers.after("late", 21, note("late"));
        clock.advance(20);

        assertEquals(List.of("a@10", "b@10", "p@10", "c@20", "p@20"), log);
        assertEquals(20, clock.nanoTime());
        assertEquals(2, clock.pending());
    }

    @Test
    void advance_runsWhatWorkSchedules_withinTheSameStep() {
        timers.after("a", 10, () -> {
            note("a").run();
            timers.after("at once", 0, note("at once"));
            timers.after("soon", 5, note("soon"));
        });
        timers.after("b", 10, note("b"));
        clock.advance(15);

        assertEquals(List.of("a@10", "b@10", "at once@10", "soon@15"), log);
    }

    @Test
    void advance_byZero_runsWhatIsDue() {
        timers.after("negative", -5, note("negative"));
        timers.after("zero", 0, note("zero"));
        timers.after("later", 1, note("later"));
        clock.advance(0);

        assertEquals(List.of("negative@0", "zero@0"), log);
        assertThrows(IllegalArgumentException.class, () -> clock.advance(-1));
    }

    @Test
    void runNext_movesToTheNextWork_andNoFurther() {
        timers.after("a", 10, note("a"));
        timers.after("b", 10, note("b"));

        assertFalse(clock.runNext(9));
        assertEquals(0, clock.nanoTime());
        assertTrue(clock.runNext(100));
        assertEquals(List.of("a@10"), log);
        assertEquals(10, clock.nanoTime());
        assertTrue(clock.runNext(10));
        assertFalse(clock.runNext(Long.MAX_VALUE));
        assertEquals(10, clock.nanoTime());
    }

    @Test
    void every_doesNotDrift() {
        timers.every("p", 333, note("p"));
        for (int i = 0; i < 10; i++) {
            clock.advance(100);
        }

        assertEquals(List.of("p@333", "p@666", "p@999"), log);
    }

    @Test
    void sleep_inWork_runsOtherWorkMeanwhile_butNotItself() {
        timers.every("p", 10, () -> {
            note("p starts").run();
            clock.sleep(25);
            note("p ends").run();
        });
        timers.after("other", 20, note("other"));
        clock.advance(10);

        assertEquals(List.of("p starts@10", "other@20", "p ends@35"), log);
        assertEquals(35, clock.nanoTime());
        log.clear();
        clock.runNext(clock.nanoTime());
        // The runs of 20 and 30 were missed; they are made up for, one after another.
        assertEquals(List.of("p starts@35", "p ends@60"), log);
    }

    @Test
    void sleep_inSleepingWork_keepsTheOrderOfTime() {
        timers.after("outer", 10, () -> {
            note("outer starts").run();
            clock.sleep(100);
            note("outer ends").run();
        });
        timers.after("inner", 20, () -> {
            note("inner starts").run();
            clock.sleep(10);
            note("inner ends").run();
        });
        timers.after("last", 40, note("last"));
        clock.advance(15);

        assertEquals(List.of("outer starts@10", "inner starts@20", "inner ends@30", "last@40", "outer ends@110"), log);
        assertEquals(110, clock.nanoTime());
    }

    @Test
    void sleep_isNotEarly_whenInterrupted() {
        Thread.currentThread().interrupt();
        clock.sleep(10);

        assertTrue(Thread.interrupted());
        assertEquals(10, clock.nanoTime());
    }

    @Test
    void cancel_fromNestedWork_endsTheOuterTask() {
        Timers.Task[] periodic = new Timers.Task[1];
        periodic[0] = timers.every("p", 10, () -> {
            note("p").run();
            clock.sleep(5);
            note("p ends").run();
        });
        timers.after("canceller", 12, () -> periodic[0].cancel());
        clock.advance(100);

        assertEquals(List.of("p@10", "p ends@15"), log);
        assertEquals(0, clock.pending());
    }

    @Test
    void close_endsAPeriodicTask_thatScheduledAnotherWhileItRan() {
        timers.every("p", 10, () -> {
            note("p").run();
            timers.after("child", 1, note("child"));
        });
        clock.advance(11);
        timers.close();
        clock.advance(100);

        assertEquals(List.of("p@10", "child@11"), log);
        assertEquals(0, clock.pending());
    }

    @Test
    void timers_forgetWhatIsDone() {
        // Together twice the heap of the test JVM.
        for (int i = 0; i < 2_000; i++) {
            byte[] held = new byte[1 << 20];
            Timers.Task task = timers.after("large", 1, () -> held[0]++);
            if (i % 2 == 0) {
                task.cancel();
            }
            clock.advance(1);
        }
        assertEquals(0, clock.pending());
    }

    @Test
    void close_leavesOtherTimersOfTheClock() {
        Timers others = clock.timers();
        others.after("other", 10, note("other"));
        timers.after("mine", 10, note("mine"));
        timers.close();
        clock.advance(10);

        assertEquals(List.of("other@10"), log);
    }

    @Test
    void error_inWork_reachesWhoMovesTheClock_andLosesNothing() {
        AssertionError broken = new AssertionError("broken");
        timers.every("p", 10, () -> {
            note("p").run();
            throw broken;
        });
        timers.after("other", 10, note("other"));

        assertSame(broken, assertThrows(AssertionError.class, () -> clock.advance(100)));
        assertEquals(10, clock.nanoTime());
        assertThrows(AssertionError.class, () -> clock.advance(10));
        assertEquals(List.of("p@10", "other@10", "p@20"), log);
    }

    @Test
    void time_endsAtItsLargestValue_withoutRunningBack() {
        clock.advance(1000);
        timers.after("never", Long.MAX_VALUE, note("never"));
        timers.every("rare", Long.MAX_VALUE / 2, note("rare"));
        clock.advance(100);
        assertEquals(List.of(), log);

        clock.advance(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, clock.nanoTime());
        assertEquals(List.of("rare@" + (1000 + Long.MAX_VALUE / 2), "never@" + Long.MAX_VALUE), log);
        assertEquals(0, clock.pending());
    }

    @Test
    void epoch_isZeroPlusWhatHasPassed() {
        assertEquals(1_767_225_600_000_000_000L, clock.epochNanos());
        VirtualClock other = new VirtualClock(5);
        other.sleep(7);

        assertEquals(12, other.epochNanos());
        assertEquals(7, other.nanoTime());
    }
}
