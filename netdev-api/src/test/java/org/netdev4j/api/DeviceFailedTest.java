package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Deadline;

/** A driver that declares its device FAILED, from any thread at any moment, and the way back. */
@Timeout(30)
class DeviceFailedTest {
    private final FakeRig rig = new FakeRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static void onAnotherThread(Runnable body) {
        Thread thread = new Thread(body, "watchdog");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fail_whileRunning_haltsTheQueues_andTellsTheListener() {
        NetDev device = rig.running(1);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(events::add);
        rig.nic.rx.get(0).deliver((byte) 1);

        onAnotherThread(() -> rig.nic.context.fail("it went silent"));

        assertEquals(DeviceState.FAILED, device.state());
        assertEquals(List.of(new DeviceEvent.Failed("it went silent")), events);
        assertEquals(0, device.rxQueue(0).receive(new NetBuf[4], 0, 4));
        assertEquals(0, device.txQueue(0).reclaim(4));
        try (NetBufPool pool = rig.pool("mine", 4)) {
            NetBuf packet = pool.allocate();
            assertEquals(0, device.txQueue(0).transmit(new NetBuf[] {packet}, 0, 1));
            packet.free();
        }
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void fail_twice_keepsTheFirstReason_andTellsOnce() {
        NetDev device = rig.running(1);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(events::add);

        rig.nic.context.fail("first");
        rig.nic.context.fail("second");

        assertEquals(List.of(new DeviceEvent.Failed("first")), events);
        device.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"configure", "newRxQueue", "newTxQueue", "start"})
    void fail_duringAStepUp_endsInFailedWithHaltedQueues(String step) {
        NetDev device = rig.open();
        rig.nic.during.put(step, () -> onAnotherThread(() -> rig.nic.context.fail("in the middle of " + step)));

        assertThrows(NetDevException.class, () -> {
            device.configure(DeviceConfig.queues(1));
            device.setupRxQueue(0, RxQueueConfig.STANDARD);
            device.setupTxQueue(0, TxQueueConfig.STANDARD);
            device.start();
        });

        assertEquals(DeviceState.FAILED, device.state());
        for (FakeRx queue : rig.nic.rx) {
            assertEquals(0, queue.receive(new NetBuf[4], 0, 4));
        }
        device.close();
        rig.assertAllFreed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "close"})
    void fail_duringAStepDown_doesNoHarm(String step) {
        NetDev device = rig.running(1);
        RxQueue queue = device.rxQueue(0);
        rig.nic.during.put(step, () -> onAnotherThread(() -> rig.nic.context.fail("in the middle of " + step)));

        device.close();

        assertEquals(DeviceState.CLOSED, device.state());
        DeviceStateException e = assertThrows(DeviceStateException.class, () -> queue.receive(new NetBuf[4], 0, 4));
        assertEquals("fake:0: receive on receive queue 0 in state CLOSED; it needs a device that is open", e.getMessage());
        rig.assertAllFreed();
    }

    @Test
    void fail_whileStopping_isFailed_andResetComesBackConfigured() {
        NetDev device = rig.running(1);
        rig.nic.during.put("stop", () -> onAnotherThread(() -> rig.nic.context.fail("while stopping")));
        device.stop();
        assertEquals(DeviceState.FAILED, device.state());
        assertEquals(0, device.rxQueue(0).receive(new NetBuf[4], 0, 4));

        device.reset();

        assertEquals(DeviceState.CONFIGURED, device.state());
        assertThrows(DeviceStateException.class, () -> device.rxQueue(0).receive(new NetBuf[4], 0, 4));
        device.close();
        rig.assertAllFreed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "start"})
    void fail_duringReset_afterTheOldFailureIsForgotten_isANewFailure(String step) {
        NetDev device = rig.running(1);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(events::add);
        rig.nic.context.fail("first");
        rig.nic.during.put(step, () -> onAnotherThread(() -> rig.nic.context.fail("again")));

        DeviceFaultException e = assertThrows(DeviceFaultException.class, device::reset);

        assertEquals("fake:0: reset(): the device failed meanwhile: again", e.getMessage());
        assertEquals(DeviceState.FAILED, device.state());
        assertEquals(List.of(new DeviceEvent.Failed("first"), new DeviceEvent.Failed("again")), events);
        device.reset();
        assertEquals(DeviceState.RUNNING, device.state());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void state_isFailedAndQueuesAreHalted_whileResetRuns() {
        NetDev device = rig.running(1);
        RxQueue queue = device.rxQueue(0);
        AtomicReference<DeviceState> seen = new AtomicReference<>();
        AtomicInteger received = new AtomicInteger(-1);
        rig.nic.during.put("reset", () -> onAnotherThread(() -> {
            seen.set(device.state());
            received.set(queue.receive(new NetBuf[4], 0, 4));
        }));

        device.reset();

        assertEquals(DeviceState.FAILED, seen.get());
        assertEquals(0, received.get());
        assertEquals(DeviceState.RUNNING, device.state());
        device.close();
    }

    @Test
    void reset_ofARunningDevice_stopsResetsAndStarts() {
        NetDev device = rig.running(1);
        rig.nic.calls.clear();

        device.reset();

        assertEquals(List.of("stop", "missed", "extendedStatistics", "reset", "missed", "extendedStatistics", "start"),
            rig.nic.calls);
        assertEquals(DeviceState.RUNNING, device.state());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void reset_ofAConfiguredDevice_staysConfigured() {
        NetDev device = rig.in(DeviceState.CONFIGURED);
        device.reset();
        assertEquals(DeviceState.CONFIGURED, device.state());
        assertFalse(rig.nic.calls.contains("start"));
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void reset_ofADeviceThatFailedUnconfigured_comesBackUnconfigured() {
        NetDev device = rig.in(DeviceState.UNCONFIGURED);
        rig.nic.context.fail("early");

        device.reset();

        assertEquals(DeviceState.UNCONFIGURED, device.state());
        assertEquals(0, rig.nic.applied.orElseThrow().rxQueues());
        device.configure(DeviceConfig.queues(1));
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void reset_ofADeviceThatFailedAfterUnconfigure_asksForNoQueues() {
        NetDev device = rig.in(DeviceState.CONFIGURED);
        device.setMtu(2000);
        device.unconfigure();
        rig.nic.context.fail("late");

        device.reset();

        assertEquals(0, rig.nic.applied.orElseThrow().rxQueues() + rig.nic.applied.orElseThrow().txQueues());
        assertEquals(2000, rig.nic.applied.orElseThrow().mtu());
        assertEquals(DeviceState.UNCONFIGURED, device.state());
        device.close();
    }

    @Test
    void reset_thatFailed_canBeTriedAgain_andStopIsNotCalledTwice() {
        NetDev device = rig.running(1);
        rig.nic.failures.put("reset", () -> new DeviceFaultException("fake:0", "no answer in 100 ms"));
        assertThrows(DeviceFaultException.class, device::reset);
        assertEquals(DeviceState.FAILED, device.state());

        device.reset();

        assertEquals(DeviceState.RUNNING, device.state());
        assertEquals(1, rig.nic.calls.stream().filter("stop"::equals).count());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void reset_withoutTheCapability_isRefusedByName_andFailedStays() {
        rig.nic.info = FakeNic.info(EnumSet.complementOf(EnumSet.of(Capability.RESET)));
        NetDev device = rig.running(1);
        rig.nic.context.fail("broken");

        UnsupportedCapabilityException e = assertThrows(UnsupportedCapabilityException.class, device::reset);

        assertEquals("fake:0: reset() is not supported by fake: the device has no \"Device reset\" (RESET)", e.getMessage());
        assertEquals(Capability.RESET, e.capability());
        assertEquals(DeviceState.FAILED, device.state());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void waiterForAnInterrupt_wakesUp_whenTheDeviceFails() throws InterruptedException {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        RxQueue queue = device.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts());
        device.start();
        CountDownLatch armed = new CountDownLatch(1);
        AtomicReference<Boolean> woken = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            queue.armInterrupt();
            armed.countDown();
            woken.set(queue.awaitInterrupt(Deadline.afterMillis(rig.platform.clock(), 20_000)));
        });
        waiter.start();
        armed.await();

        rig.nic.context.fail("dead");
        waiter.join();

        assertTrue(woken.get());
        assertFalse(queue.armInterrupt());
        device.close();
    }

    @Test
    void fail_andStartAtTheSameTime_neverLeavesAnOpenGate() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            try (FakeRig other = new FakeRig()) {
                NetDev device = other.in(DeviceState.CONFIGURED);
                CountDownLatch go = new CountDownLatch(1);
                Thread watchdog = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    other.nic.context.fail("race");
                });
                watchdog.start();
                other.nic.during.put("start", go::countDown);
                try {
                    device.start();
                } catch (DeviceFaultException e) {
                    // the failure came first
                }
                watchdog.join();

                assertEquals(DeviceState.FAILED, device.state());
                other.nic.rx.get(0).deliver((byte) 1);
                assertEquals(0, device.rxQueue(0).receive(new NetBuf[1], 0, 1));
                device.close();
                other.assertAllFreed();
            }
        }
    }
}
