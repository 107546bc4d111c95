package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.VirtualClock;

/** A driver that asks for a reset of its device, and queues that are left before anything they hold is touched. */
@Timeout(60)
class DeviceRecoveryTest {
    private static final long MILLI = 1_000_000;

    private final VirtualClock clock = new VirtualClock();
    private final FakeRig rig = new FakeRig(clock);
    private final List<DeviceEvent> events = new ArrayList<>();
    private final NetBuf[] into = new NetBuf[4];
    private NetDev device;
    private RxQueue queue;

    @BeforeEach
    void open() {
        device = rig.running(1);
        queue = device.rxQueue(0);
        device.addListener(events::add);
        rig.nic.calls.clear();
    }

    @AfterEach
    void close() {
        device.close();
        rig.assertAllFreed();
        rig.close();
    }

    @Test
    void requestReset_fromAQueue_resetsAndGoesOn() {
        rig.nic.rx.get(0).duringPoll = () -> rig.nic.context.requestReset("a bad id");

        queue.receive(into, 0, 4);
        rig.nic.rx.get(0).duringPoll = () -> { };

        assertEquals(DeviceState.FAILED, device.state());
        assertEquals(0, queue.receive(into, 0, 4));
        assertEquals(List.of(), rig.nic.calls, "nothing on the queue's thread");
        clock.sleep(2 * MILLI);
        assertEquals(List.of(new DeviceEvent.ResetStarted("a bad id"), new DeviceEvent.ResetDone("a bad id")), events);
        assertEquals(List.of("stop", "reset", "start"),
            rig.nic.calls.stream().filter(List.of("stop", "reset", "start")::contains).toList());
        assertEquals(DeviceState.RUNNING, device.state());
        rig.nic.rx.get(0).deliver((byte) 7);
        assertEquals(1, BurstStatus.count(queue.receive(into, 0, 4)));
        into[0].free();
    }

    @Test
    void requestReset_twice_keepsTheFirstReason() {
        rig.nic.context.requestReset("first");
        rig.nic.context.requestReset("second");
        clock.sleep(2 * MILLI);

        assertEquals(List.of(new DeviceEvent.ResetStarted("first"), new DeviceEvent.ResetDone("first")), events);
    }

    @Test
    void requestReset_isCarriedOut_beforeTheNextControlCall() {
        rig.nic.context.requestReset("late");

        device.setMtu(1400);

        assertEquals(1400, device.mtu());
        assertEquals(List.of(new DeviceEvent.ResetStarted("late"), new DeviceEvent.ResetDone("late")), events);
        assertTrue(rig.nic.calls.indexOf("reset") < rig.nic.calls.indexOf("apply MTU"), rig.nic.calls.toString());
        rig.nic.calls.clear();
        clock.sleep(5 * MILLI);
        assertEquals(List.of(), rig.nic.calls, "and not once more");
    }

    @Test
    void requestReset_duringAControlCall_waitsForItsEnd() {
        rig.nic.during.put("apply MTU", () -> {
            rig.nic.context.requestReset("in the middle");
            clock.sleep(5 * MILLI);
            assertFalse(rig.nic.calls.contains("reset"), rig.nic.calls.toString());
        });

        device.setMtu(1400);
        clock.sleep(5 * MILLI);

        assertTrue(rig.nic.calls.contains("reset"), rig.nic.calls.toString());
        assertEquals(1400, rig.nic.applied.orElseThrow().mtu());
        assertEquals(DeviceState.RUNNING, device.state());
    }

    @Test
    void requestReset_duringAReset_bringsAnother() {
        rig.nic.during.put("reset", () -> rig.nic.context.requestReset("again"));
        rig.nic.context.requestReset("once");
        clock.sleep(10 * MILLI);

        assertEquals(List.of(new DeviceEvent.ResetStarted("once"), new DeviceEvent.ResetDone("once"),
            new DeviceEvent.ResetStarted("again"), new DeviceEvent.ResetDone("again")), events);
        assertEquals(DeviceState.RUNNING, device.state());
    }

    @Test
    void requestReset_thatFails_endsInFailed() {
        rig.nic.failures.put("reset", () -> rig.nic.context.fault("it stays silent"));
        rig.nic.context.requestReset("silence");
        clock.sleep(2 * MILLI);

        assertEquals(DeviceState.FAILED, device.state());
        assertEquals(2, events.size());
        assertEquals(DeviceEvent.Failed.class, events.get(1).getClass());
        device.reset();
        assertEquals(DeviceState.RUNNING, device.state());
    }

    @Test
    void requestReset_ofADeviceThatFailed_orIsClosed_doesNothing() {
        rig.nic.context.fail("dead");
        rig.nic.context.requestReset("too late");
        clock.sleep(2 * MILLI);
        assertEquals(List.of(new DeviceEvent.Failed("dead")), events);

        device.close();
        rig.nic.context.requestReset("later still");
        clock.sleep(2 * MILLI);
        assertEquals(0, rig.nic.calls.stream().filter("reset"::equals).count());
    }

    @Test
    void close_beforeTheReset_isEnough() {
        rig.nic.context.requestReset("never mind");
        device.close();
        clock.sleep(5 * MILLI);

        assertEquals(0, rig.nic.calls.stream().filter("reset"::equals).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "reset", "close"})
    void controlCall_waitsForTheThread_thatIsInsideAQueue(String call) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        rig.nic.rx.get(0).duringPoll = () -> {
            inside.countDown();
            await(release);
            order.add("left");
        };
        rig.nic.during.put("stop", () -> order.add("stopped"));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread poller = started("poller", () -> queue.receive(into, 0, 4), failure::set);
        inside.await();
        Thread control = started("control", switch (call) {
            case "stop" -> device::stop;
            case "reset" -> device::reset;
            default -> device::close;
        }, failure::set);
        while (!gateIsShut() && order.isEmpty()) {
            Thread.yield();
        }
        assertEquals(List.of(), order, "it did not wait");

        release.countDown();
        control.join();
        poller.join();

        assertEquals(List.of("left", "stopped"), order);
        assertEquals(null, failure.get());
    }

    private boolean gateIsShut() {
        return device.state() != DeviceState.RUNNING;
    }

    @Test
    void aQueueThatThrew_isLeft() {
        assertThrows(IndexOutOfBoundsException.class, () -> queue.receive(into, 2, 4));
        assertThrows(IllegalArgumentException.class, () -> device.txQueue(0).reclaim(-1));
        rig.nic.rx.get(0).duringPoll = () -> {
            throw new IllegalStateException("a driver's mistake");
        };
        assertThrows(IllegalStateException.class, () -> queue.receive(into, 0, 4));

        device.stop();
    }

    private static Thread started(String name, Runnable body, Consumer<Throwable> failed) {
        Thread thread = new Thread(body, name);
        thread.setUncaughtExceptionHandler((who, thrown) -> failed.accept(thrown));
        thread.start();
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
