package org.netdev4j.models.device;

/** A log of what was said between driver and device, one line each, that can be compared between drivers. Any thread. */
public interface Trace {
    /** True if lines are wanted; else callers make none. */
    boolean enabled();

    /** A line: what happened, without time and place, as {@code AQ CREATE_CQ depth=1024 -> cq 3}. */
    void line(String text);
}
