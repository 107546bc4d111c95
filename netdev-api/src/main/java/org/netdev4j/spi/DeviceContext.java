package org.netdev4j.spi;

import java.util.Map;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;

/** What the framework gives to a driver when it opens a device. Thread-safe. */
public interface DeviceContext {
    /** Name of the device, for messages and logs. */
    String device();

    /** The machine. */
    Platform platform();

    /** DMA memory in the device's name; what is still open when the device closes is freed and reported as a leak. */
    DmaAllocator dma();

    /** The driver's own keys of the device's address; only keys that {@link NetDevDriver#options()} lists. */
    Map<String, String> options();

    /**
     * Tells the application. Any thread; listeners run on it, before the call returns. The driver holds no lock that
     * {@link DeviceOps} needs.
     */
    void post(DeviceEvent event);

    /**
     * Declares the device FAILED: queues move nothing from now on, and threads that wait for their interrupts wake up.
     * Any thread, also a queue's, at any moment; the first reason counts until the device is reset. The driver must
     * not touch the queues from another thread than theirs until {@link DeviceOps#stop()} or {@link DeviceOps#reset}
     * is called. After close it does nothing.
     *
     * @param reason one line
     */
    void fail(String reason);

    /**
     * Asks for a reset of the device, as a watchdog does: the framework shuts the queues, and on a thread of its own, or in the
     * next control call of the application, waits until no thread is inside them, calls {@link DeviceOps#stop()} if traffic
     * ran, {@link DeviceOps#reset} and {@link DeviceOps#start()}, and opens the queues; listeners see {@link
     * DeviceEvent.ResetStarted} and {@link DeviceEvent.ResetDone}. If that fails the device is FAILED. Needs {@link
     * org.netdev4j.api.Capability#RESET}.
     *
     * <p>Any thread, also a queue's, at any moment; returns at once. The first reason counts until the reset has begun; while the
     * device is FAILED or closed nothing happens.
     *
     * @param reason one line
     */
    void requestReset(String reason);

    /** An exception that names the device. */
    default DeviceFaultException fault(String message) {
        return new DeviceFaultException(device(), message);
    }

    /** An exception that names the device. */
    default DeviceFaultException fault(String message, Throwable cause) {
        return new DeviceFaultException(device(), message, cause);
    }
}
