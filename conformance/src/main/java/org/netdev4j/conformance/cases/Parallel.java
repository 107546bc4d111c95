package org.netdev4j.conformance.cases;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.platform.Deadline;

/** Threads of a case. What one of them throws fails the case; one that does not end fails it too. */
final class Parallel {
    private Parallel() {
    }

    /** Runs one thing on a thread of its own and another on the case's. */
    static void with(Bench bench, String name, Runnable other, Runnable here) {
        Threads threads = new Threads();
        threads.start(name, other);
        Throwable failure = null;
        try {
            here.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        threads.join(bench, failure);
    }

    /** Runs all, each on a thread of its own. */
    static void all(Bench bench, List<Runnable> bodies) {
        Threads threads = new Threads();
        for (int i = 0; i < bodies.size(); i++) {
            threads.start("thread " + i, bodies.get(i));
        }
        threads.join(bench, null);
    }

    private static final class Threads {
        private final List<Thread> threads = new ArrayList<>();
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

        void start(String name, Runnable body) {
            Thread thread = new Thread(() -> {
                try {
                    body.run();
                } catch (RuntimeException | Error e) {
                    failures.add(e);
                }
            }, Thread.currentThread().getName() + " " + name);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }

        void join(Bench bench, Throwable own) {
            Deadline deadline = bench.longDeadline();
            for (Thread thread : threads) {
                try {
                    if (!thread.join(Duration.ofNanos(Math.max(1, deadline.remainingNanos())))) {
                        StackTraceElement[] stack = thread.getStackTrace();
                        thread.interrupt();
                        failures.add(new AssertionError("a thread of the case did not end: it is at "
                            + (stack.length == 0 ? "its end" : stack[0])));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            rethrow(own != null ? own : failures.poll());
        }

        private static void rethrow(Throwable failure) {
            switch (failure) {
                case null -> { }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> Check.fail(failure.toString());
            }
        }
    }
}
