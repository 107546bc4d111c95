package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Threads of a test: the first failure of one stops all, and reaches the test. */
final class Crew {
    interface Work {
        void run() throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    void add(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                over = true;
            }
        }, name);
        thread.setDaemon(true);
        threads.add(thread);
    }

    /** True once a thread failed, or {@link #stop()} was called. */
    boolean isOver() {
        return over;
    }

    /** Lets threads that look at {@link #isOver()} end. */
    void stop() {
        over = true;
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Waits for all threads to end; the test fails if one failed or does not end. */
    void join(int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            if (thread.isAlive()) {
                over = true;
                StringBuilder where = new StringBuilder();
                for (StackTraceElement frame : thread.getStackTrace()) {
                    where.append("\n    ").append(frame);
                }
                fail(thread.getName() + " does not end; it is at" + where);
            }
        }
        if (failure.get() != null) {
            fail(failure.get());
        }
    }
}
