package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class ThreadTimersTest extends TimersContract {
    private final Platform platform = Platform.create();

    @Override
    Platform platform() {
        return platform;
    }

    @Override
    Class<?> logger() {
        return ThreadTimers.class;
    }

    @Override
    void runUntil(BooleanSupplier done) {
        Await.until(done);
    }

    @Override
    void run(long nanos) {
        platform.clock().sleep(nanos);
    }

    private static boolean isAlive(String threadName) {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(threadName));
    }

    @Test
    void thread_isNamed_aDaemon_andStartsWithTheFirstTask() {
        Timers timers = timers();
        assertFalse(isAlive("timers under test"));
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        timers.after("task", 0, () -> ranOn.set(Thread.currentThread()));
        runUntil(() -> ranOn.get() != null);

        assertEquals("timers under test", ranOn.get().getName());
        assertTrue(ranOn.get().isDaemon());
        timers.close();
        assertFalse(ranOn.get().isAlive());
    }

    @Test
    void cancel_waitsForTheTaskThatRuns() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Timers.Task task = timers().after("slow", 0, () -> {
            running.countDown();
            awaitQuietly(release);
            log.add("task ends");
        });
        running.await();
        Thread canceller = new Thread(() -> {
            task.cancel();
            log.add("cancel returns");
        }, "canceller");
        canceller.start();
        Await.parked(canceller);
        assertEquals(List.of(), log);
        release.countDown();
        canceller.join();

        assertEquals(List.of("task ends", "cancel returns"), log);
    }

    @Test
    void close_waitsForTheTaskThatRuns_withoutInterruptingIt_andKeepsAnInterrupt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean(true);
        timers().after("slow", 0, () -> {
            running.countDown();
            awaitQuietly(release);
            interrupted.set(Thread.currentThread().isInterrupted());
            log.add("task ends");
        });
        running.await();
        AtomicBoolean kept = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            timers().close();
            log.add("close returns");
            kept.set(Thread.currentThread().isInterrupted());
        }, "closer");
        closer.start();
        Await.parked(closer);
        closer.interrupt();
        // It may be seen on its way back to waiting; either way it must not have returned.
        Await.parked(closer);
        assertEquals(List.of(), log);
        release.countDown();
        closer.join();

        assertEquals(List.of("task ends", "close returns"), log);
        assertFalse(interrupted.get());
        assertTrue(kept.get());
    }

    @Test
    void error_isLogged_andAPeriodicTaskRunsAgain() {
        timers().every("broken", MILLI, () -> {
            log.add("run");
            throw new AssertionError("broken on purpose");
        });
        runUntil(() -> log.size() >= 3);

        assertTrue(isAlive("timers under test"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
