package org.netdev4j.api;

/** Whether a queue passes traffic. Written by the control path, read plainly on each burst. */
enum QueueGate {
    /** The device is not RUNNING: a call is a mistake of the caller. */
    STOPPED,
    /** Traffic. */
    OPEN,
    /** The device failed or is being reset: calls move nothing. */
    HALTED
}
