package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.FakeBacking;

@Timeout(60)
final class PlatformTest {
    private static final long MILLI = 1_000_000;

    private final FakeBacking backing = new FakeBacking(4096);
    private final List<String> leaks = new ArrayList<>();

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isAlive(String thread) {
        return threads().contains(thread);
    }

    private Platform.Builder builder() {
        return Platform.builder().backing(backing).onLeak((owner, memory) -> leaks.add(owner + "/" + memory.name()));
    }

    @Test
    void create_isTheMachineAsItIs() {
        try (Platform platform = Platform.create()) {
            assertSame(Clock.system(), platform.clock());
            assertFalse(platform.isVirtual());
            assertEquals("random (secure)", platform.random().toString());
            assertNotNull(platform.newSpinLock("lock"));
            assertNotNull(platform.newMutex("mutex"));
            DmaMemory memory = platform.dma().allocator("test").allocate("memory", 100, 64);
            memory.putLong(0, 1);
            memory.close();
        }
    }

    @Test
    void builder_takesWhatItIsGiven() {
        VirtualClock clock = new VirtualClock();
        RandomSource random = RandomSource.seeded(1);
        try (Platform platform = builder().virtualClock(clock).random(random).build()) {
            assertSame(clock, platform.clock());
            assertSame(random, platform.random());
            assertSame(backing, platform.dma().backing());
            assertTrue(platform.isVirtual());
        }
    }

    @Test
    void real_hasNoThreadBeforeItsFirstTask_andNoneAfterClose() {
        Set<String> before = threads();
        Platform platform = builder().build();
        Timers own = platform.newTimers("own timers");
        assertEquals(before, threads());
        AtomicInteger ran = new AtomicInteger();
        platform.timers().every("periodic", MILLI, ran::incrementAndGet);
        own.every("periodic", MILLI, ran::incrementAndGet);
        Await.until(() -> isAlive("netdev-timers") && isAlive("own timers"));
        own.close();
        assertFalse(isAlive("own timers"));
        platform.close();

        assertEquals(before, threads());
    }

    @Test
    void virtual_hasNoThreads() {
        VirtualClock clock = new VirtualClock();
        Set<String> before = threads();
        try (Platform platform = builder().virtualClock(clock).build()) {
            List<String> ranOn = new ArrayList<>();
            platform.timers().every("periodic", 10, () -> ranOn.add(Thread.currentThread().getName()));
            platform.newTimers("own timers").every("periodic", 10, () -> ranOn.add(Thread.currentThread().getName()));
            WaitEvent event = platform.newWaitEvent();
            assertFalse(event.await(Deadline.afterNanos(clock, 100)));

            assertEquals(20, ranOn.size());
            assertEquals(Set.of(Thread.currentThread().getName()), Set.copyOf(ranOn));
            assertEquals(before, threads());
        }
        assertEquals(0, clock.pending());
    }

    @Test
    void close_stopsTimersBeforeItFreesMemory() {
        Platform platform = builder().build();
        DmaMemory memory = platform.dma().allocator("nic").allocate("ring", 64, 64);
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean late = new AtomicBoolean();
        Runnable touch = () -> {
            try {
                memory.putInt(0, runs.incrementAndGet());
            } catch (IndexOutOfBoundsException e) {
                late.set(true);
            }
        };
        platform.timers().every("touch", MILLI / 10, touch);
        platform.newTimers("own timers").every("touch", MILLI / 10, touch);
        Await.until(() -> runs.get() > 10 && isAlive("own timers"));
        List<String> aliveWhenFreed = new ArrayList<>();
        backing.onFree(() -> threads().stream().filter(t -> t.endsWith("timers")).forEach(aliveWhenFreed::add));
        platform.close();

        assertEquals(List.of(), aliveWhenFreed);
        assertFalse(late.get());
        assertEquals(List.of("nic/ring"), leaks);
    }

    @Test
    void close_reportsLeaks_freesThem_andIsIdempotent() {
        Platform platform = builder().build();
        DmaMemory leaked = platform.dma().allocator("nic").allocate("ring", 64, 64);
        platform.dma().allocator("nic").allocate("queue", 64, 64).close();
        platform.close();
        platform.close();

        assertEquals(List.of("nic/ring"), leaks);
        assertFalse(leaked.isOpen());
        assertTrue(backing.isClosed());
    }

    @Test
    void close_finishes_whenTheLeakListenerThrows() {
        AssertionError leak = new AssertionError("leak");
        Platform platform = Platform.builder().backing(backing).onLeak((owner, memory) -> {
            throw leak;
        }).build();
        platform.timers().every("periodic", MILLI, () -> { });
        platform.dma().allocator("nic").allocate("ring", 64, 64);

        assertSame(leak, assertThrows(AssertionError.class, platform::close));
        assertFalse(isAlive("netdev-timers"));
        assertTrue(backing.isClosed());
    }

    @Test
    void use_isRefused_afterClose() {
        Platform platform = builder().build();
        platform.close();

        assertThrows(IllegalStateException.class, () -> platform.timers().after("late", 0, () -> { }));
        assertEquals("timers \"late\": the platform is closed",
            assertThrows(IllegalStateException.class, () -> platform.newTimers("late")).getMessage());
        assertThrows(IllegalStateException.class, () -> platform.dma().allocator("late"));
    }

    @Test
    void timers_closedByTheirOwner_areForgotten() {
        try (Platform platform = builder().build()) {
            // A thousand opened devices: were their timers kept, close() below would find and report them.
            for (int i = 0; i < 1000; i++) {
                platform.newTimers("device " + i).close();
            }
        }
        assertFalse(threads().stream().anyMatch(t -> t.startsWith("device ")));
    }
}
