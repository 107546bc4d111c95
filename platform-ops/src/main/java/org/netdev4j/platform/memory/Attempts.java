package org.netdev4j.platform.memory;

/** Runs steps of which each must be tried although others fail, and keeps the first failure. */
final class Attempts {
    private Throwable first;

    Attempts() {
    }

    /** Steps that undo what led to a failure: what fails among them is added to it. */
    Attempts(Throwable cause) {
        first = cause;
    }

    void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            if (first == null) {
                first = e;
            } else if (first != e) {
                first.addSuppressed(e);
            }
        }
    }

    /** Throws the first failure, if there was one. */
    void rethrow() {
        if (first instanceof RuntimeException e) {
            throw e;
        }
        if (first instanceof Error e) {
            throw e;
        }
    }
}
