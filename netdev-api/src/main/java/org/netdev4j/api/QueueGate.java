package org.netdev4j.api;

/** Whether a queue passes traffic. Written by the control path, read on each burst. */
enum QueueGate {
    /** The device is not RUNNING: a call is a mistake of the caller. */
    STOPPED,
    /** Traffic. */
    OPEN,
    /** The device failed or is being reset: calls move nothing. */
    HALTED,
    /** Another queue has taken its place: a call is a mistake of the caller. */
    REPLACED,
    /** The device is closed: a call is a mistake of the caller. */
    CLOSED;

    /** What a call gets while the gate is not open: 0 if halted, else the exception that says why. */
    int refuse(String device, String operation, String kind, int index) {
        if (this == HALTED) {
            return 0;
        }
        String call = operation + " on " + kind + " queue " + index;
        throw switch (this) {
            case REPLACED -> new DeviceStateException(device, call, DeviceState.CONFIGURED,
                "the queue that the device has now: this one was set up anew or given up");
            case CLOSED -> new DeviceStateException(device, call, DeviceState.CLOSED, "a device that is open");
            default -> new DeviceStateException(device, call, DeviceState.CONFIGURED, "RUNNING: call start() first");
        };
    }
}
