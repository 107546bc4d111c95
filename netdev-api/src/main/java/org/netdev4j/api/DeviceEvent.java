package org.netdev4j.api;

/** Something that happened to a device by itself. */
public sealed interface DeviceEvent {
    /** The link went up or down, or changed its speed. */
    record LinkChanged(Link link) implements DeviceEvent {
    }

    /**
     * The device, or the driver's watchdog, wants a reset, and the driver leaves it to the application: call {@link
     * NetDev#reset()}.
     */
    record ResetRequested(String reason) implements DeviceEvent {
    }

    /** The driver starts a reset by itself; queues are idle until {@link ResetDone}. */
    record ResetStarted(String reason) implements DeviceEvent {
    }

    /** A reset is over, and the device is as it was before. */
    record ResetDone(String reason) implements DeviceEvent {
    }

    /** The device is {@link DeviceState#FAILED}. */
    record Failed(String reason) implements DeviceEvent {
    }

    /** The device is gone: unplugged, or its process ended. Only {@link NetDev#close()} is left. */
    record DeviceGone() implements DeviceEvent {
    }
}
