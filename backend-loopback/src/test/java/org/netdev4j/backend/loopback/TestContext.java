package org.netdev4j.backend.loopback;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.spi.DeviceContext;

/** What a driver gets, with its events kept. */
final class TestContext implements DeviceContext {
    final List<DeviceEvent> events;
    private final Platform platform;

    TestContext(Platform platform) {
        this(platform, new ArrayList<>());
    }

    TestContext(Platform platform, List<DeviceEvent> events) {
        this.platform = platform;
        this.events = events;
    }

    @Override
    public String device() {
        return "test";
    }

    @Override
    public Platform platform() {
        return platform;
    }

    @Override
    public DmaAllocator dma() {
        return platform.dma().allocator("test");
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public void post(DeviceEvent event) {
        events.add(event);
    }

    @Override
    public void requestReset(String reason) {
        throw new AssertionError("the loopback driver asks for no reset: " + reason);
    }

    @Override
    public void fail(String reason) {
        throw new AssertionError(reason);
    }
}
