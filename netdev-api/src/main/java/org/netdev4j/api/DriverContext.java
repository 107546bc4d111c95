package org.netdev4j.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private volatile String failure;
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
        for (Consumer<DeviceEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("{}: a listener failed on {}", device, event, e);
            }
        }
    }

    @Override
    public void fail(String reason) {
        if (failure == null) {
            failure = reason;
            LOG.warn("{}: failed: {}", device, reason);
            onFail.run();
            post(new DeviceEvent.Failed(reason));
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    void recovered() {
        failure = null;
    }

    void onFail(Runnable action) {
        onFail = action;
    }

    void addListener(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
    }

    void removeListener(Consumer<DeviceEvent> listener) {
        listeners.remove(listener);
    }

    void closed() {
        closed = true;
        listeners.clear();
    }
}
