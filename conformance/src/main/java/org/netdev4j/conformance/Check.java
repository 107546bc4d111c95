package org.netdev4j.conformance;

import java.util.Objects;
import org.netdev4j.conformance.frame.FrameDiff;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Checks whose messages say what was looked at, what should be, and what is. */
public final class Check {
    private Check() {
    }

    /** The case fails. */
    public static void fail(String message) {
        throw new AssertionFailedError(message);
    }

    /** The case is skipped: what it needs can only be found out on the way. */
    public static void skip(String reason) {
        throw new TestAbortedException(reason);
    }

    /** The case is skipped unless something holds. */
    public static void require(boolean holds, String reasonIfNot) {
        if (!holds) {
            skip(reasonIfNot);
        }
    }

    /** Something must hold. */
    public static void that(boolean holds, String messageIfNot) {
        if (!holds) {
            fail(messageIfNot);
        }
    }

    /** Two values must be equal; of two whole numbers the type does not matter. */
    public static void equal(Object expected, Object actual, String what) {
        boolean same = expected instanceof Number a && actual instanceof Number b ? a.longValue() == b.longValue()
            : Objects.equals(expected, actual);
        if (!same) {
            fail(what + " is " + actual + ", should be " + expected);
        }
    }

    /** A frame must have come through as it was sent. */
    public static void sameFrame(byte[] expected, byte[] actual, String what) {
        String difference = FrameDiff.difference(expected, actual);
        if (!difference.isEmpty()) {
            fail(what + ": " + difference);
        }
    }

    /** A call must throw. */
    public static <T extends Throwable> T refused(Class<T> type, String what, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw new AssertionFailedError(what + " should be refused with " + type.getSimpleName() + ", but it threw "
                + e, e);
        }
        throw new AssertionFailedError(what + " should be refused with " + type.getSimpleName()
            + ", but it was accepted");
    }
}
