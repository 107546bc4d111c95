package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeviceListenerTest {
    private final FakeRig rig = new FakeRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void listener_isTold_untilItIsRemoved() {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<DeviceEvent> events = new ArrayList<>();
        Consumer<DeviceEvent> listener = events::add;
        device.addListener(listener);
        device.setLinkUp(false);
        device.removeListener(listener);
        device.setLinkUp(true);

        assertEquals(List.of(new DeviceEvent.LinkChanged(new Link(false, 10_000, true))), events);
        device.close();
    }

    @Test
    void listener_thatThrows_doesNotKeepOthersFromBeingTold() {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(e -> {
            throw new IllegalStateException("listener's own trouble");
        });
        device.addListener(events::add);

        device.setLinkUp(false);

        assertEquals(1, events.size());
        device.close();
    }

    @Test
    void listener_mayCallWhatNeedsNoWaiting() {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<Object> seen = new ArrayList<>();
        device.addListener(e -> {
            seen.add(device.name());
            seen.add(device.state());
            seen.add(device.info().driver());
            seen.add(device.platform() == rig.platform);
            seen.add(device.mtu());
            seen.add(device.macAddress());
            seen.add(device.config().rxQueues());
        });

        device.setLinkUp(false);

        assertEquals(List.of("fake:0", DeviceState.RUNNING, "fake", true, 1500, FakeNic.MAC, 1), seen);
        device.close();
    }

    @Test
    void listener_mustNotCallControlMethods_onWhateverThread() throws InterruptedException {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<String> refused = new ArrayList<>();
        List<Runnable> calls = List.of(device::close, device::stop, device::reset, device::statistics, device::link,
            () -> device.setMtu(1000), () -> device.rxQueue(0));
        device.addListener(e -> calls.forEach(call -> refused.add(assertThrows(IllegalStateException.class,
            call::run).getMessage())));

        device.setLinkUp(false);
        Thread watchdog = new Thread(() -> rig.nic.context.post(new DeviceEvent.ResetRequested("silence")));
        watchdog.start();
        watchdog.join();

        assertEquals(14, refused.size());
        assertEquals("fake:0: an event listener must not call control methods; hand the event to a thread of your own",
            refused.get(0));
        assertEquals(DeviceState.RUNNING, device.state());
        device.setMtu(1000);
        device.close();
    }

    @Test
    void nestedEvents_stillRefuseControlMethods_andEndIt() {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<Exception> refused = new ArrayList<>();
        device.addListener(e -> {
            if (e instanceof DeviceEvent.ResetRequested) {
                rig.nic.context.post(new DeviceEvent.DeviceGone());
                refused.add(assertThrows(IllegalStateException.class, device::stop));
            }
        });

        rig.nic.context.post(new DeviceEvent.ResetRequested("x"));

        assertEquals(1, refused.size());
        device.stop();
        device.close();
    }

    @Test
    void nothingIsTold_onceTheDeviceIsBeingClosed() {
        NetDev device = rig.in(DeviceState.RUNNING);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(events::add);
        rig.nic.during.put("stop", () -> rig.nic.context.post(new DeviceEvent.LinkChanged(Link.DOWN)));
        rig.nic.during.put("close", () -> rig.nic.context.fail("too late"));

        device.close();
        rig.nic.context.post(new DeviceEvent.DeviceGone());

        assertTrue(events.isEmpty(), events.toString());
        assertEquals(DeviceState.CLOSED, device.state());
    }
}
