package org.netdev4j.conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Failures of cases, in words. */
final class Failures {
    private Failures() {
    }

    /** One line or some, fit to be shown. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName() + at(failure);
        }
        boolean speaks = failure instanceof AssertionError || failure instanceof org.opentest4j.TestAbortedException;
        return speaks ? message : failure.getClass().getSimpleName() + at(failure) + ": " + message;
    }

    private static String at(Throwable failure) {
        return failure.getStackTrace().length == 0 ? "" : " at " + failure.getStackTrace()[0];
    }

    /** The stack, without the frames of the machinery under the case. */
    static String trace(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            StackTraceElement[] frames = each.getStackTrace();
            int end = 0;
            while (end < frames.length && !frames[end].getClassName().startsWith("jdk.internal.reflect.")
                && !frames[end].getClassName().startsWith("java.lang.reflect.")) {
                end++;
            }
            each.setStackTrace(Arrays.copyOf(frames, end));
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString().strip();
    }
}
