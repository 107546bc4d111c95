package org.netdev4j.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.spi.DeviceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a driver is given; also carries events and failure from any thread to the application. */
final class DriverContext implements DeviceContext {
    private static final Logger LOG = LoggerFactory.getLogger(DriverContext.class);
    private static final long RECOVERY_RETRY_NANOS = 1_000_000;

    private final String device;
    private final Platform platform;
    private final DmaAllocator dma;
    private final Map<String, String> options;
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final ThreadLocal<Boolean> posting = ThreadLocal.withInitial(() -> false);
    private final AtomicReference<String> resetRequest = new AtomicReference<>();
    private final AtomicReference<Timers> recovery = new AtomicReference<>();
    private volatile Runnable onFail = () -> { };
    private volatile BooleanSupplier recover = () -> true;
    private volatile boolean closed;

    DriverContext(String device, Platform platform, Map<String, String> options) {
        this.device = device;
        this.platform = platform;
        this.options = Map.copyOf(options);
        this.dma = platform.dma().allocator(device);
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public Platform platform() {
        return platform;
    }

    @Override
    public DmaAllocator dma() {
        return dma;
    }

    @Override
    public Map<String, String> options() {
        return options;
    }

    @Override
    public void post(DeviceEvent event) {
        if (closed) {
            return;
        }
        boolean nested = posting.get();
        posting.set(true);
        try {
            for (Consumer<DeviceEvent> listener : listeners) {
                tell(listener, event);
            }
        } finally {
            if (!nested) {
                posting.remove();
            }
        }
    }

    private void tell(Consumer<DeviceEvent> listener, DeviceEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("{}: a listener failed on {}", device, event, e);
        }
    }

    @Override
    public void fail(String reason) {
        String why = reason == null ? "the driver gave no reason" : reason;
        if (!closed && failure.compareAndSet(null, why)) {
            LOG.warn("{}: failed: {}", device, why);
            onFail.run();
            post(new DeviceEvent.Failed(why));
        }
    }

    @Override
    public void requestReset(String reason) {
        String why = reason == null ? "the driver gave no reason" : reason;
        if (closed || failure.get() != null || !resetRequest.compareAndSet(null, why)) {
            return;
        }
        LOG.warn("{}: is going to be reset: {}", device, why);
        onFail.run();
        scheduleRecovery(0);
    }

    /** Recovers on a thread that may wait; again a little later as long as the control path is busy. */
    private void scheduleRecovery(long delayNanos) {
        try {
            recoveryTimers().after("reset of " + device, delayNanos, () -> {
                if (!closed && resetRequest.get() != null && !recover.getAsBoolean()) {
                    scheduleRecovery(RECOVERY_RETRY_NANOS);
                }
            });
        } catch (IllegalStateException e) {
            LOG.debug("{}: closed before its reset began", device, e);
        }
    }

    private Timers recoveryTimers() {
        Timers timers = recovery.get();
        if (timers == null) {
            Timers made = platform.newTimers(device + " recovery");
            timers = recovery.compareAndSet(null, made) ? made : recovery.get();
            if (timers != made) {
                made.close();
            }
        }
        return timers;
    }

    /** True if queues must stay shut: the device failed, or waits for its reset. */
    boolean isDown() {
        return failure.get() != null || resetRequest.get() != null;
    }

    /** Why a reset was asked for, if it was and has not begun. */
    String resetRequest() {
        return resetRequest.get();
    }

    /** What performs a reset that was asked for; it answers false if it could not be tried now. */
    void onRecover(BooleanSupplier action) {
        recover = action;
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Why the device is FAILED; null if it is not. */
    String failure() {
        return failure.get();
    }

    void recovered() {
        failure.set(null);
        resetRequest.set(null);
    }

    /** The thread of recovery ends; waits for a recovery that runs. */
    void endRecovery() {
        Timers timers = recovery.get();
        if (timers != null) {
            timers.close();
        }
    }

    void onFail(Runnable action) {
        onFail = action;
    }

    /**
     * A listener runs on a thread that the control path may be waiting for, as a timer's: if it called back it could
     * wait for ever. So it is refused, each time and not only when it would.
     */
    void refuseListeners() {
        if (posting.get()) {
            throw new IllegalStateException(device
                + ": an event listener must not call control methods; hand the event to a thread of your own");
        }
    }

    void addListener(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
    }

    void removeListener(Consumer<DeviceEvent> listener) {
        listeners.remove(listener);
    }

    /** From now on nobody is told anything. */
    void closed() {
        closed = true;
        listeners.clear();
    }
}
