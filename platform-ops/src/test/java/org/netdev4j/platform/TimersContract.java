package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What all {@link Timers} must do. */
@Timeout(60)
abstract class TimersContract {
    static final long MILLI = 1_000_000;

    final List<String> log = new CopyOnWriteArrayList<>();
    private Timers timers;

    /** A platform with the kind of time under test. */
    abstract Platform platform();

    /** The class that logs failures. */
    abstract Class<?> logger();

    /** Lets time pass until something holds. */
    abstract void runUntil(BooleanSupplier done);

    /** Lets all that is due within a time run, and its thread come to rest. */
    abstract void run(long nanos);

    final Timers timers() {
        if (timers == null) {
            timers = platform().newTimers("timers under test");
        }
        return timers;
    }

    @AfterEach
    final void closePlatform() {
        platform().close();
    }

    @Test
    void after_runsOnce_notBeforeItsTime() {
        long start = platform().clock().nanoTime();
        AtomicReference<Long> ranAt = new AtomicReference<>();
        timers().after("once", 3 * MILLI, () -> {
            log.add("once");
            ranAt.set(platform().clock().nanoTime());
        });
        runUntil(() -> ranAt.get() != null);
        run(10 * MILLI);

        assertTrue(ranAt.get() - start >= 3 * MILLI);
        assertEquals(List.of("once"), log);
    }

    @Test
    void after_runsAsSoonAsPossible_whenTheInstantIsPast() {
        timers().after("past", -5, () -> log.add("past"));
        timers().after("far past", Long.MIN_VALUE, () -> log.add("far past"));
        timers().after("now", 0, () -> log.add("now"));
        runUntil(() -> log.size() == 3);

        assertTrue(log.containsAll(List.of("past", "far past", "now")));
    }

    @Test
    void tasks_runInOrderOfTheirTime() {
        long start;
        do {
            // Again if scheduling took so long that the order of the instants is not what it looks like.
            timers().close();
            timers = platform().newTimers("timers under test");
            log.clear();
            start = platform().clock().nanoTime();
            timers().after("third", 30 * MILLI, () -> log.add("third"));
            timers().after("first", 10 * MILLI, () -> log.add("first"));
            timers().after("second", 20 * MILLI, () -> log.add("second"));
        } while (platform().clock().nanoTime() - start > 9 * MILLI);
        runUntil(() -> log.size() == 3);

        assertEquals(List.of("first", "second", "third"), log);
    }

    @Test
    void every_keepsItsRate_andMakesUpForMissedRuns() {
        List<Long> runs = new CopyOnWriteArrayList<>();
        long start = platform().clock().nanoTime();
        timers().every("periodic", 10 * MILLI, () -> {
            runs.add(platform().clock().nanoTime());
            if (runs.size() == 1) {
                // Holds up what follows for 10 periods.
                platform().clock().sleep(100 * MILLI);
            }
        });
        runUntil(() -> runs.size() >= 12);

        for (int i = 0; i < 12; i++) {
            assertTrue(runs.get(i) - start >= (i + 1) * 10 * MILLI, "run " + i + " is early");
        }
        // Did each run wait a period after the one before, no two would be nearer than that, however busy the machine.
        long nearest = Long.MAX_VALUE;
        for (int i = 1; i < 12; i++) {
            nearest = Math.min(nearest, runs.get(i) - runs.get(i - 1));
        }
        assertTrue(nearest < 5 * MILLI, "nearest runs are " + nearest + " ns apart");
    }

    @Test
    void every_startsOnePeriodFromNow() {
        long start = platform().clock().nanoTime();
        AtomicReference<Long> first = new AtomicReference<>();
        timers().every("periodic", 3 * MILLI, () -> first.compareAndSet(null, platform().clock().nanoTime()));
        runUntil(() -> first.get() != null);

        assertTrue(first.get() - start >= 3 * MILLI);
    }

    @Test
    void every_refusesAPeriod_thatIsNotAboveZero() {
        for (long period : new long[] {0, -1, Long.MIN_VALUE}) {
            assertEquals("timer \"p\": the period must be above zero: " + period,
                assertThrows(IllegalArgumentException.class, () -> timers().every("p", period, () -> { })).getMessage());
        }
    }

    @Test
    void cancel_endsTheTask_whetherOrNotItRanBefore() {
        Timers.Task once = timers().after("once", 2 * MILLI, () -> log.add("once"));
        Timers.Task periodic = timers().every("periodic", 2 * MILLI, () -> log.add("periodic"));
        once.cancel();
        periodic.cancel();
        periodic.cancel();
        log.add("cancelled");
        timers().after("kept", 3 * MILLI, () -> log.add("kept"));
        runUntil(() -> log.contains("kept"));
        run(5 * MILLI);

        assertEquals(List.of("kept"), log.subList(log.indexOf("cancelled") + 1, log.size()));
    }

    @Test
    void cancel_afterTheRun_doesNothing() {
        Timers.Task task = timers().after("once", 0, () -> log.add("once"));
        runUntil(() -> !log.isEmpty());

        assertDoesNotThrow(task::cancel);
    }

    @Test
    void cancel_fromWithin_letsTheTaskEnd_andNotRunAgain() {
        // The task may run before every() has returned, so it waits until it can know itself.
        CompletableFuture<Timers.Task> self = new CompletableFuture<>();
        self.complete(timers().every("periodic", 2 * MILLI, () -> {
            log.add("starts");
            self.join().cancel();
            log.add("ends");
        }));
        runUntil(() -> log.contains("ends"));
        run(10 * MILLI);

        assertEquals(List.of("starts", "ends"), log);
    }

    @Test
    void cancel_ofAnotherTask_fromWithinOne() {
        Timers.Task other = timers().every("other", 3 * MILLI, () -> log.add("other"));
        timers().after("canceller", MILLI, () -> {
            other.cancel();
            log.add("cancelled");
        });
        runUntil(() -> log.contains("cancelled"));
        run(20 * MILLI);

        assertEquals("cancelled", log.getLast());
    }

    @Test
    void exception_isLoggedByName_andEndsNeitherTheTaskNorTheOthers() {
        Logger logger = (Logger) LoggerFactory.getLogger(logger());
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.ERROR);
        try {
            timers().every("broken", 2 * MILLI, () -> {
                log.add("broken");
                throw new IllegalStateException("no");
            });
            timers().every("good", 2 * MILLI, () -> log.add("good"));
            runUntil(() -> log.stream().filter("broken"::equals).count() >= 3
                && log.stream().filter("good"::equals).count() >= 3);
            timers().close();
        } finally {
            logger.setLevel(null);
            logger.detachAppender(appender);
        }

        assertEquals("timer \"broken\" failed", appender.list.getFirst().getFormattedMessage());
        assertEquals("no", appender.list.getFirst().getThrowableProxy().getMessage());
    }

    @Test
    void close_cancelsAll_andRefusesMore() {
        timers().after("late", 5 * MILLI, () -> log.add("late"));
        timers().every("periodic", 5 * MILLI, () -> log.add("periodic"));
        timers().close();
        timers().close();
        log.add("closed");
        run(20 * MILLI);

        assertEquals("closed", log.getLast());
        assertEquals("timer \"more\": the timers are closed",
            assertThrows(IllegalStateException.class, () -> timers().after("more", 1, () -> { })).getMessage());
        assertThrows(IllegalStateException.class, () -> timers().every("more", 1, () -> { }));
    }

    @Test
    void close_fromWithinATask_letsItEnd() {
        timers().every("periodic", 2 * MILLI, () -> {
            log.add("starts");
            timers().close();
            log.add("ends");
        });
        runUntil(() -> log.contains("ends"));
        run(10 * MILLI);

        assertEquals(List.of("starts", "ends"), log);
    }

    @Test
    void close_leavesOtherTimersAlone() {
        platform().timers().after("other", 5 * MILLI, () -> log.add("other"));
        timers().close();
        runUntil(() -> log.contains("other"));

        assertEquals(List.of("other"), log);
    }
}
