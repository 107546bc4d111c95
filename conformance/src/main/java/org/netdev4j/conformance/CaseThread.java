package org.netdev4j.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs something on a thread of its own that cannot hold up the suite, and sees which threads it leaves behind: threads
 * that a device starts belong to the group of the thread that opened it.
 */
final class CaseThread {
    /** What the thread does. */
    interface Body {
        void run() throws Throwable;
    }

    private static final int STACK_LINES = 3;

    private final ThreadGroup group;
    private final Thread thread;
    private volatile Throwable failure;

    CaseThread(String name, Body body) {
        group = new ThreadGroup("conformance " + name);
        thread = new Thread(group, () -> {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            }
        }, "conformance " + name);
        thread.setDaemon(true);
    }

    /** Runs it; false if it was still running at the end of the time. The thread is then interrupted and left alone. */
    boolean run(Duration limit) {
        thread.start();
        try {
            if (thread.join(limit)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Gives up on a thread that hangs; returns where it is. */
    String abandon() {
        StringBuilder where = new StringBuilder();
        Arrays.stream(thread.getStackTrace()).filter(f -> !f.getClassName().startsWith("java.")).limit(STACK_LINES)
            .forEach(f -> where.append(where.isEmpty() ? "" : " < ")
                .append(f.getClassName().substring(f.getClassName().lastIndexOf('.') + 1))
                .append('.').append(f.getMethodName()).append(':').append(f.getLineNumber()));
        thread.interrupt();
        return where.toString();
    }

    /** What it threw, or null. */
    Throwable failure() {
        return failure;
    }

    /** Names of threads that it started and that do not end within a time. */
    List<String> leftBehind(Duration grace) {
        long end = System.nanoTime() + grace.toNanos();
        List<String> names = new ArrayList<>();
        Thread[] alive = new Thread[group.activeCount() + 8];
        int count = group.enumerate(alive, true);
        for (int i = 0; i < count; i++) {
            if (alive[i] != thread && !endsBy(alive[i], end)) {
                names.add(alive[i].getName());
            }
        }
        return names;
    }

    private static boolean endsBy(Thread other, long end) {
        try {
            return other.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
