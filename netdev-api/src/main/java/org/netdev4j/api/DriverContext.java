package org.netdev4j.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.spi.DeviceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a driver is given; also carries events and failure from any thread to the application. */
final class DriverContext implements DeviceContext {
    private static final Logger LOG = LoggerFactory.getLogger(DriverContext.class);

    private final String device;
    private final Platform platform;
    private final DmaAllocator dma;
    private final Map<String, String> options;
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final ThreadLocal<Boolean> posting = ThreadLocal.withInitial(() -> false);
    private volatile Runnable onFail = () -> { };
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

    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Why the device is FAILED; null if it is not. */
    String failure() {
        return failure.get();
    }

    void recovered() {
        failure.set(null);
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
