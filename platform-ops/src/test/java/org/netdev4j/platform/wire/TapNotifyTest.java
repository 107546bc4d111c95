package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
@RequiresTap
class TapNotifyTest {
    @Test
    void event_isSignalled_forTheFirstFrameAfterEmpty_alsoBeforeAnyReceive() {
        try (TestTap tap = new TestTap(",up=false")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            assertFalse(event.poll());
            TestTap.run("ip", "link", "set", tap.name, "up");

            tap.kernelSends(1);

            assertTrue(event.await(TestTap.deadline()));
        }
    }

    /** Each frame is sent only when the one before has been waited for: one wake-up lost, and the next wait runs out. */
    @Test
    void event_wakesForEveryFrame_inTurn() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            for (int i = 0; i < 2_000; i++) {
                tap.drain();
                tap.kernelSends(1 + i % 100);
                int n;
                while (!tap.isDatagram(n = tap.wire.receive(tap.memory, 0, WirePort.MAX_FRAME))) {
                    assertTrue(n != WirePort.EMPTY || event.await(TestTap.deadline()), "no wake-up for frame " + i);
                }
            }
        }
    }

    @Test
    void event_wakesForFramesFromAnotherThread_withNoneLost() throws Exception {
        int frames = 5_000;
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            AtomicBoolean seen = new AtomicBoolean();
            Thread sender = Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < frames; i++) {
                    tap.kernelSends(1);
                    for (int pause = i % 64 * 50; pause > 0; pause--) {
                        Thread.onSpinWait();
                    }
                }
                // The kernel drops what its queue has no room for: only the last, sent until it is seen, must come.
                while (!seen.get()) {
                    tap.kernelSends(1000);
                    LockSupport.parkNanos(1_000_000);
                }
            });
            while (!seen.get()) {
                int n = tap.wire.receive(tap.memory, 0, WirePort.MAX_FRAME);
                seen.set(tap.isDatagram(n) && n == 1042);
                assertTrue(n != WirePort.EMPTY || event.await(TestTap.deadline()), "no wake-up");
            }
            sender.join();
        }
    }

    @Test
    void watcher_sleeps_whileFramesPileUpThatNobodyTakes() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            tap.drain();
            tap.kernelSends(1);
            assertTrue(event.await(TestTap.deadline()));
            int signals = event.signals.get();

            assertSleeps(tap, () -> tap.kernelSends(1));

            assertEquals(signals, event.signals.get());
        }
    }

    /** Does something for 200 ms, which must cost the watcher no CPU. */
    private static void assertSleeps(TestTap tap, Runnable meanwhile) {
        Thread watcher = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("tap:" + tap.name)).findFirst().orElseThrow();
        assertTrue(watcher.isDaemon());
        long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(watcher.threadId());
        Deadline later = Deadline.afterMillis(Clock.system(), 200);
        while (!later.expired()) {
            meanwhile.run();
        }
        long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(watcher.threadId()) - before;
        assertTrue(used < TimeUnit.MILLISECONDS.toNanos(20), "the watcher used " + used + " ns of CPU");
    }

    @Test
    void event_isSignalled_whenTheLinkGoesDownAndUp_andForNothingElse() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.silence();
            tap.wire.notify(event);
            tap.drain();
            event.poll();

            TestTap.run("ip", "link", "set", tap.name, "down");
            awaitLink(tap.wire, event, false);
            assertTrue(tap.wire.send(tap.memory, 0, 60), "lost while down, and taken");

            TestTap.run("ip", "link", "set", tap.name, "up");
            awaitLink(tap.wire, event, true);
            assertSleeps(tap, Thread::onSpinWait);
            tap.kernelSends(1);
            tap.awaitDatagram(WirePort.MAX_FRAME);
        }
    }

    @Test
    void link_isThatOfTheInterface_alsoUnderANewName() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            TestTap.run("ip", "link", "set", tap.name, "down");
            awaitLink(tap.wire, event, false);
            String other = TestTap.newName();
            TestTap.run("ip", "link", "set", tap.name, "name", other);

            TestTap.run("ip", "link", "set", other, "up");

            awaitLink(tap.wire, event, true);
            tap.wire.close();
            assertFalse(TestTap.exists(other));
        }
    }

    @Test
    void wire_isExhausted_whenTheInterfaceIsRemoved() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);
            tap.drain();

            TestTap.run("ip", "link", "delete", tap.name);

            awaitLink(tap.wire, event, false);
            assertTrue(tap.wire.exhausted());
            assertEquals(WirePort.EMPTY, tap.wire.receive(tap.memory, 0, 100));
            assertFalse(tap.wire.readable());
            assertTrue(tap.wire.send(tap.memory, 0, 60));
        }
    }

    @Test
    void event_isSignalled_whenTheInterfaceIsRemoved_whichWasDown() {
        try (TestTap tap = new TestTap(",up=false")) {
            CountingEvent event = new CountingEvent();
            tap.wire.notify(event);

            TestTap.run("ip", "link", "delete", tap.name);

            Deadline deadline = TestTap.deadline();
            while (!tap.wire.exhausted()) {
                assertTrue(event.await(deadline), "no signal");
            }
        }
    }

    @Test
    void receive_findsThatTheInterfaceIsRemoved_withoutAnEvent() {
        try (TestTap tap = new TestTap("")) {
            TestTap.run("ip", "link", "delete", tap.name);

            assertEquals(WirePort.EMPTY, tap.wire.receive(tap.memory, 0, 100));
            assertTrue(tap.wire.exhausted());
            assertFalse(tap.wire.linkUp());
        }
    }

    @Test
    void notify_ofNull_endsTheSignals() {
        try (TestTap tap = new TestTap("")) {
            CountingEvent event = new CountingEvent();
            CountingEvent other = new CountingEvent();
            tap.wire.notify(event);
            tap.wire.notify(null);
            tap.drain();
            int signals = event.signals.get();
            tap.kernelSends(1);
            tap.wire.notify(other);
            assertTrue(other.await(TestTap.deadline()));

            assertEquals(signals, event.signals.get());
        }
    }

    private static void awaitLink(WirePort wire, CountingEvent event, boolean up) {
        Deadline deadline = TestTap.deadline();
        do {
            assertTrue(event.await(deadline), "no signal for link " + (up ? "up" : "down"));
        } while (wire.linkUp() != up);
    }
}
