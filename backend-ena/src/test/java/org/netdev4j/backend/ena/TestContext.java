package org.netdev4j.backend.ena;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.spi.DeviceContext;

/** What a driver gets, with everything kept that it says. */
final class TestContext implements DeviceContext {
    final List<DeviceEvent> events = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> resets = new ArrayList<>();
    private final Platform platform;
    private final DmaAllocator dma;
    private final Map<String, String> options;

    TestContext(Platform platform, Map<String, String> options) {
        this.platform = platform;
        this.options = options;
        dma = platform.dma().allocator("ena0");
    }

    @Override
    public String device() {
        return "ena0";
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
        events.add(event);
    }

    @Override
    public void fail(String reason) {
        failures.add(reason);
    }

    @Override
    public void requestReset(String reason) {
        resets.add(reason);
    }
}
