package org.netdev4j.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an orderly end: work that can be stopped is told to, and the process ends when it has ended, with the exit
 * code of that. Work that nobody can stop ends with the process.
 */
public final class Interruption {
    private static final long PATIENCE_SECONDS = 15;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Runnable stop;
    private volatile int code;

    /** Listens to the signals of this process from now on. */
    public void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "netdev-shutdown"));
    }

    /** Says how to stop the work that begins now. */
    public void onStop(Runnable action) {
        stop = action;
    }

    /** All is over: nothing is open any more, and everything was said. */
    public void ended(int exitCode) {
        code = exitCode;
        ended.countDown();
    }

    /**
     * Stops the work that goes on.
     *
     * @return false if nothing does that can be stopped
     */
    public boolean stopNow() {
        Runnable action = stop;
        if (action == null) {
            return false;
        }
        action.run();
        return true;
    }

    private void interrupted() {
        if (!stopNow()) {
            return;
        }
        try {
            if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                // Without this the JVM would report the signal, though the work ended as the user wished.
                Runtime.getRuntime().halt(code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
