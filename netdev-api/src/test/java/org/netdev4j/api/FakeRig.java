package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.memory.MemoryBackings;

/** A platform that notes leaks, a bus device that notes being closed, and a {@link FakeNic} on them. */
final class FakeRig implements AutoCloseable {
    final List<String> leaks = new ArrayList<>();
    final FakeNic nic = new FakeNic();
    final FakeBusDevice bus = new FakeBusDevice();
    final Platform platform;

    FakeRig() {
        this(Platform.builder());
    }

    /** On virtual time. */
    FakeRig(VirtualClock clock) {
        this(Platform.builder().virtualClock(clock));
    }

    private FakeRig(Platform.Builder builder) {
        platform = builder.backing(MemoryBackings.anonymous())
            .onLeak((owner, memory) -> leaks.add(owner + "/" + memory.name())).build();
    }

    /** Opens the device; the platform stays the rig's. */
    NetDev open() {
        DriverContext context = new DriverContext("fake:0", platform, Map.of());
        boolean done = false;
        try {
            NetDev device = ManagedDevice.open(nic, bus, context, false);
            done = true;
            return device;
        } finally {
            if (!done) {
                context.dma().close();
                bus.close();
            }
        }
    }

    /** A device that runs, with queues. */
    NetDev running(int queues) {
        NetDev device = open();
        device.configure(DeviceConfig.queues(queues));
        device.start();
        return device;
    }

    /** A device brought into a state the ordinary way. */
    NetDev in(DeviceState state) {
        NetDev device = open();
        if (state == DeviceState.CONFIGURED || state == DeviceState.RUNNING || state == DeviceState.FAILED) {
            device.configure(DeviceConfig.queues(1));
        }
        if (state == DeviceState.RUNNING || state == DeviceState.FAILED) {
            device.start();
        }
        if (state == DeviceState.FAILED) {
            nic.context.fail("as the test wants it");
        }
        if (state == DeviceState.CLOSED) {
            device.close();
        }
        assertEquals(state, device.state());
        return device;
    }

    NetBufPool pool(String name, int count) {
        return NetBufPool.builder(platform, name).count(count).build();
    }

    /** Nothing is left: no DMA memory was leaked or is live, and bus device and driver were closed once. */
    void assertAllFreed() {
        assertEquals(List.of(), leaks);
        assertEquals(List.of(), platform.dma().live());
        assertEquals(1, bus.closed, "bus device closed");
        assertEquals(1, nic.calls.stream().filter("close"::equals).count(), "driver closed");
    }

    @Override
    public void close() {
        platform.close();
    }

    static final class FakeBusDevice implements BusDevice {
        int closed;
        Runnable onClose = () -> { };
        DeviceIdentity identity = new DeviceIdentity.Transport("fake");

        @Override
        public DeviceAddress address() {
            return DeviceAddress.parse("fake:0");
        }

        @Override
        public DeviceIdentity identity() {
            return identity;
        }

        @Override
        public String description() {
            return "a fake";
        }

        @Override
        public void close() {
            closed++;
            onClose.run();
        }
    }
}
