package org.netdev4j.models.device;

/** A log of what was said between driver and device, one line each, that can be compared between drivers. Any thread. */
public interface Trace {
    /** True if lines are wanted; else callers make none. */
    boolean enabled();

    /**
     * Which writing-down this is: 0 while the trace is off, another number whenever it begins anew. What is told only once, as
     * a form that is used for the first time, is told once in each.
     */
    default int session() {
        return 0;
    }

    /** A line: what happened, without time and place, as {@code AQ CREATE_CQ depth=1024 -> cq 3}. */
    void line(String text);
}
