package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.AdminCommand.GetFeature;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.PciFunction.BarMapping;

class AdminQueueTest {
    private static final long MILLI = 1_000_000L;
    private static final GetFeature<DeviceAttributes> ATTRIBUTES =
        new GetFeature<>(FeatureId.DEVICE_ATTRIBUTES, 0, ControlBuffer.NONE, DeviceAttributes::read);

    private static final GetFeature<Integer> GROUPS =
        new GetFeature<>(FeatureId.AENQ_CONFIG, 0, ControlBuffer.NONE, (from, at) -> from.getInt(at));

    private final VirtualClock clock = new VirtualClock();
    private final FakeEna device = new FakeEna();
    private final List<ResetReason> reasons = Collections.synchronizedList(new ArrayList<>());
    private final List<String> evidence = Collections.synchronizedList(new ArrayList<>());
    private Platform platform;
    private EnaRegisters registers;
    private AdminQueue queue;

    private void onVirtualTime() {
        open(Platform.builder().virtualClock(clock).build());
    }

    private void onRealTime() {
        open(Platform.create());
    }

    private void open(Platform on) {
        platform = on;
        platform.dma().attach(device.reach);
        TestContext context = new TestContext(platform, Map.of());
        device.busMaster = true;
        registers = EnaRegisters.of(device, device.mapBar(EnaPci.BAR_REGISTERS, BarMapping.UNCACHED).orElseThrow(), context);
        queue = new AdminQueue(registers, context, (reason, what) -> {
            reasons.add(reason);
            evidence.add(what);
        });
        queue.open(100 * MILLI);
    }

    private void byInterrupt() {
        device.vectors.enable(1);
        device.vectors.route(0, new WaitEvent() {
            @Override
            public void signal() {
                queue.onInterrupt();
            }

            @Override
            public boolean await(Deadline deadline) {
                throw new AssertionError("nobody waits here");
            }

            @Override
            public boolean poll() {
                throw new AssertionError("nobody waits here");
            }
        });
        device.registers.put(EnaRegister.INTR_MASK, 0);
        queue.polling(false);
    }

    @AfterEach
    void free() {
        queue.close();
        registers.close();
        platform.close();
    }

    @Test
    void execute_bringsTheAnswer_byPolling() {
        onVirtualTime();
        for (int i = 0; i < 200; i++) {
            assertEquals(device.firmware.mac, queue.execute(ATTRIBUTES).mac());
        }
        assertEquals(200, queue.counts().completed);
        assertTrue(queue.running());
    }

    @Test
    @DisplayName("bug group 2: an answer that comes before the waiter waits costs no time")
    void execute_takesNoTime_whenInterruptComesFirst() {
        onVirtualTime();
        byInterrupt();
        long before = clock.nanoTime();
        queue.execute(ATTRIBUTES);
        assertEquals(before, clock.nanoTime());
    }

    @Test
    @DisplayName("bug group 2: a wake-up without an answer is not taken for one, nor waited out")
    void execute_waitsOn_whenWokenForNothing() {
        onVirtualTime();
        byInterrupt();
        device.hold = true;
        platform.timers().after("for nothing", 5 * MILLI, () -> device.vectors.fire(0));
        platform.timers().after("answer", 10 * MILLI, device::release);
        long before = clock.nanoTime();
        queue.execute(ATTRIBUTES);
        assertEquals(10 * MILLI, clock.nanoTime() - before);
    }

    @Test
    @DisplayName("bug group 1: many threads issue commands, answers come late and in any order")
    void execute_givesEachThreadItsOwn_whenAnswersComeInAnyOrder() throws Exception {
        onRealTime();
        byInterrupt();
        queue.timeoutNanos(60_000 * MILLI);
        device.hold = true;
        int threads = 6;
        int rounds = 40;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Future<?>[] work = new Future<?>[threads];
        try {
            for (int t = 0; t < threads; t++) {
                // Features of different answers, so that one taken for another shows.
                boolean attributes = t % 2 == 0;
                work[t] = pool.submit(() -> {
                    for (int i = 0; i < rounds; i++) {
                        if (attributes) {
                            assertEquals(device.firmware.mac, queue.execute(ATTRIBUTES).mac());
                        } else {
                            int groups = queue.execute(GROUPS);
                            assertEquals(0xff, groups);
                        }
                    }
                });
            }
            Random order = new Random(7);
            while (queue.counts().completed < (long) threads * rounds && !anyDone(work)) {
                synchronized (device) {
                    if (device.held.isEmpty()) {
                        device.wait(100);
                    }
                    List<byte[]> answers = new ArrayList<>(device.held);
                    Collections.shuffle(answers, order);
                    device.held.clear();
                    device.held.addAll(answers);
                    device.release();
                }
            }
            drainAll(work);
        } finally {
            pool.shutdownNow();
        }
        assertEquals((long) threads * rounds, queue.counts().completed);
        assertEquals(List.of(), reasons);
        assertTrue(queue.running());
    }

    private static boolean anyDone(Future<?>[] work) {
        for (Future<?> each : work) {
            if (each.state() == Future.State.FAILED) {
                return true;
            }
        }
        return false;
    }

    private void drainAll(Future<?>[] work) throws Exception {
        for (Future<?> each : work) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("bug group 1: a command that takes long does not block ids behind it")
    void execute_usesOtherIds_whenOneIsOutstanding() {
        onVirtualTime();
        device.firmware.lose.add("GET HW_HINTS");
        platform.timers().after("others", MILLI, () -> {
            for (int i = 0; i < 3 * AdminQueue.DEPTH; i++) {
                queue.execute(ATTRIBUTES);
            }
        });
        assertThrows(AdminFailure.class, () -> queue.execute(new GetFeature<>(FeatureId.HW_HINTS, 0, ControlBuffer.NONE,
            (f, a) -> 0)));
        assertEquals(3 * AdminQueue.DEPTH, queue.counts().completed);
        assertEquals(1, queue.counts().noCompletion);
    }

    @Test
    void execute_closesTheQueue_whenNothingComes() {
        onVirtualTime();
        device.firmware.lose.add("GET DEVICE_ATTRIBUTES");
        AdminFailure failure = assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
        assertEquals(AdminFailure.Kind.TIMED_OUT, failure.kind());
        assertEquals("GET_FEATURE DEVICE_ATTRIBUTES got no answer within 100 ms", failure.getMessage());
        assertEquals(List.of(ResetReason.ADMIN_TO), reasons);
        long before = clock.nanoTime();
        AdminFailure closed = assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
        assertEquals(AdminFailure.Kind.CLOSED, closed.kind());
        assertEquals(before, clock.nanoTime());
    }

    @Test
    @DisplayName("bug group 3: an answer after the driver gave up harms nothing")
    void lateAnswer_isIgnored_afterTimeout() {
        onVirtualTime();
        byInterrupt();
        device.hold = true;
        assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
        device.release();
        assertEquals(List.of(ResetReason.ADMIN_TO), reasons);
        assertEquals(0, queue.counts().completed);
        queue.abort("test");
        queue.awaitIdle();
        assertEquals(0, queue.counts().aborted);
    }

    @Test
    @DisplayName("a lost interrupt is another trouble than a lost command: one last look")
    void execute_succeedsAndSaysSo_whenOnlyTheInterruptIsMissing() {
        onVirtualTime();
        byInterrupt();
        device.interruptsLost = true;
        assertEquals(device.firmware.mac, queue.execute(ATTRIBUTES).mac());
        assertEquals(List.of(ResetReason.MISSING_ADMIN_INTERRUPT), reasons);
        assertTrue(queue.running());
        long before = clock.nanoTime();
        queue.execute(ATTRIBUTES);
        assertTrue(clock.nanoTime() - before < MILLI, "looks for itself from then on");
    }

    @Test
    @DisplayName("bug group 5: a slow device is polled with pauses that grow, and are bounded")
    void polling_backsOff_withinBounds() {
        onVirtualTime();
        device.hold = true;
        platform.timers().after("answer", 90 * MILLI, device::release);
        long before = clock.nanoTime();
        queue.execute(ATTRIBUTES);
        long took = clock.nanoTime() - before;
        assertTrue(took >= 90 * MILLI && took <= 95 * MILLI + MILLI, "found " + took + " ns after");
        assertEquals(List.of(), reasons);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("bug group 4: commands under way end when the queue is aborted, by interrupt and by polling")
    void abort_endsCommandsUnderWay(boolean interrupts) {
        onVirtualTime();
        if (interrupts) {
            byInterrupt();
        }
        device.hold = true;
        platform.timers().after("abort", MILLI, () -> queue.abort("the device is reset"));
        AdminFailure failure = assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
        assertEquals(AdminFailure.Kind.CLOSED, failure.kind());
        assertEquals("GET_FEATURE DEVICE_ATTRIBUTES was aborted: the device is reset", failure.getMessage());
        assertEquals(1, queue.counts().aborted);
        assertEquals(List.of(), reasons);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 31, 32, 0xfff})
    void completion_ofUnknownCommand_closesTheQueue(int id) {
        onVirtualTime();
        byInterrupt();
        device.complete(FakeEna.completion(id, AdminStatus.SUCCESS));
        assertEquals(List.of(ResetReason.ADMIN_TO), reasons);
        assertEquals(List.of("the device answered admin command " + id + ", which is not under way"), evidence);
        assertFalse(queue.running());
    }

    @Test
    void completion_twice_closesTheQueue() {
        onVirtualTime();
        queue.execute(ATTRIBUTES);
        device.complete(FakeEna.completion(0, AdminStatus.SUCCESS));
        assertThrows(AdminFailure.class, () -> {
            for (int i = 0; i < 2; i++) {
                queue.execute(ATTRIBUTES);
            }
        });
        assertEquals(List.of(ResetReason.ADMIN_TO), reasons);
    }

    @Test
    void execute_isRefused_whenAllIdsStayInUse() {
        onVirtualTime();
        queue.timeoutNanos(10_000 * MILLI);
        device.hold = true;
        List<String> refusals = new ArrayList<>();
        // Each of these waits inside the one before: with the one below, 32 are under way when the last begins.
        for (int i = 1; i < AdminQueue.DEPTH; i++) {
            platform.timers().after("command", i * 1000L, () -> queue.execute(ATTRIBUTES));
        }
        platform.timers().after("one too many", MILLI, () -> {
            queue.timeoutNanos(50 * MILLI);
            refusals.add(assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES)).getMessage());
            device.release();
        });
        queue.execute(ATTRIBUTES);
        assertEquals(List.of(
            "GET_FEATURE DEVICE_ATTRIBUTES: all 32 admin commands are under way and none ended within 50 ms"),
            refusals);
        assertEquals(AdminQueue.DEPTH, queue.counts().completed);
        assertEquals(1, queue.counts().outOfSpace);
        assertTrue(queue.running());
    }

    @Test
    void refusal_isToldInWords() {
        onVirtualTime();
        for (AdminStatus status : AdminStatus.values()) {
            if (status == AdminStatus.SUCCESS) {
                continue;
            }
            device.firmware.refuse.put("GET DEVICE_ATTRIBUTES", status);
            AdminFailure failure = assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
            assertTrue(failure.getMessage().startsWith("the device refused GET_FEATURE DEVICE_ATTRIBUTES: "),
                failure.getMessage());
            assertTrue(failure.getMessage().endsWith("(status " + status.code() + ")"), failure.getMessage());
            assertEquals(status == AdminStatus.UNSUPPORTED_OPCODE, failure.kind() == AdminFailure.Kind.UNSUPPORTED);
        }
        assertTrue(queue.running());
    }

    @Test
    void surpriseRemoval_isNamed() {
        onVirtualTime();
        device.gone = true;
        AdminFailure failure = assertThrows(AdminFailure.class, () -> queue.execute(ATTRIBUTES));
        assertTrue(failure.getMessage().endsWith("the device is gone"), failure.getMessage());
    }
}
