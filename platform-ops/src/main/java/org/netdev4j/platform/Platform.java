package org.netdev4j.platform;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.DmaSpace;
import org.netdev4j.platform.memory.IovaPolicy;
import org.netdev4j.platform.memory.MemoryBacking;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.memory.MemoryNeed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a driver needs from the machine under it: what {@code ena_plat} is to the ENA drivers.
 *
 * <p>A process usually has one; devices that exchange packet buffers must share one. Thread-safe. {@link #close()} frees all
 * that was allocated through it and reports what was not given back.
 */
public final class Platform implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    private final Clock clock;
    private final VirtualClock virtual;
    private final Timers timers;
    private final RandomSource random;
    private final DmaSpace dma;
    private final Set<OwnTimers> own = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Platform(Builder builder) {
        virtual = builder.virtual;
        clock = virtual != null ? virtual : Clock.system();
        timers = makeTimers("netdev-timers");
        random = builder.random;
        MemoryBacking backing = builder.backing != null ? builder.backing : MemoryBackings.standard();
        dma = new DmaSpace(backing, builder.iovas, builder.leaks);
    }

    /** The machine as it is: real time, secure random numbers, the best memory there is. */
    public static Platform create() {
        return builder().build();
    }

    /** A platform put together by hand. */
    public static Builder builder() {
        return new Builder();
    }

    /** Time. */
    public Clock clock() {
        return clock;
    }

    /** Timers shared by all users of this platform. */
    public Timers timers() {
        return timers;
    }

    /**
     * Timers on a thread of their own, for work that would hold up others. The caller closes them; those still open when the
     * platform closes are closed with it, and logged.
     *
     * @throws IllegalStateException if the platform is closed
     */
    public Timers newTimers(String threadName) {
        OwnTimers made = new OwnTimers(threadName);
        own.add(made);
        if (closed) {
            made.close();
            throw new IllegalStateException("timers \"" + threadName + "\": the platform is closed");
        }
        return made;
    }

    private Timers makeTimers(String threadName) {
        return virtual != null ? virtual.timers() : new ThreadTimers(threadName);
    }

    /** Random numbers. */
    public RandomSource random() {
        return random;
    }

    /** DMA memory. */
    public DmaSpace dma() {
        return dma;
    }

    /** A wait event on this platform's clock. */
    public WaitEvent newWaitEvent() {
        return virtual != null ? virtual.newWaitEvent() : new ThreadWaitEvent();
    }

    /** A lock for a few instructions. */
    public SpinLock newSpinLock(String name) {
        return new SpinLock(name);
    }

    /** A lock for longer work. */
    public Mutex newMutex(String name) {
        return new Mutex(name);
    }

    /** True if time is virtual: then no thread but the caller's moves anything. */
    public boolean isVirtual() {
        return virtual != null;
    }

    /**
     * Stops timers, so that none of their work finds its memory gone; then frees DMA memory, reporting leaks. Idempotent. All
     * is freed even if a leak listener or a domain throws, which reaches the caller.
     */
    @Override
    public void close() {
        closed = true;
        for (OwnTimers left : own) {
            LOG.warn("timers \"{}\" were not closed by their owner; closed with the platform", left.threadName);
            left.close();
        }
        timers.close();
        dma.close();
    }

    /** Timers that the platform knows until they are closed. */
    private final class OwnTimers implements Timers {
        private final String threadName;
        private final Timers made;

        OwnTimers(String threadName) {
            this.threadName = threadName;
            this.made = makeTimers(threadName);
        }

        @Override
        public Task after(String name, long delayNanos, Runnable work) {
            return made.after(name, delayNanos, work);
        }

        @Override
        public Task every(String name, long periodNanos, Runnable work) {
            return made.every(name, periodNanos, work);
        }

        @Override
        public void close() {
            made.close();
            own.remove(this);
        }
    }

    /** Choices for a platform; each has a default that suits real use. */
    public static final class Builder {
        private VirtualClock virtual;
        private RandomSource random = RandomSource.secure();
        private MemoryBacking backing;
        private IovaPolicy iovas = IovaPolicy.guarded();
        private DmaSpace.LeakListener leaks = (owner, memory) -> { };

        private Builder() {
        }

        /** Virtual time: timers and waits run on the thread that moves the clock. */
        public Builder virtualClock(VirtualClock clock) {
            this.virtual = clock;
            return this;
        }

        /** Where random numbers come from. */
        public Builder random(RandomSource source) {
            this.random = source;
            return this;
        }

        /** Where DMA memory comes from. */
        public Builder backing(MemoryBacking memory) {
            this.backing = memory;
            return this;
        }

        /**
         * Memory for devices, by its name in the configuration and by what the devices need.
         *
         * @param name {@code auto} for what suits the need best, or another of {@link MemoryBackings#byName}
         * @param need of the most demanding device
         * @throws org.netdev4j.platform.PlatformException if there is no such memory, or none to be had; with the remedy
         */
        public Builder memory(String name, MemoryNeed need) {
            boolean auto = name.equalsIgnoreCase("auto");
            boolean physical = auto ? need == MemoryNeed.PHYSICAL : name.equalsIgnoreCase("physical");
            if (physical) {
                return backing(MemoryBackings.physical()).iovas(IovaPolicy.physical());
            }
            return backing(auto && need == MemoryNeed.LARGE_PAGES ? MemoryBackings.preferHugepages() : MemoryBackings.byName(name));
        }

        /** How device addresses are chosen. */
        public Builder iovas(IovaPolicy policy) {
            this.iovas = policy;
            return this;
        }

        /** Told of each {@link DmaMemory} left open when its owner closes; may throw to make a leak an error. */
        public Builder onLeak(DmaSpace.LeakListener listener) {
            this.leaks = listener;
            return this;
        }

        /** The platform. */
        public Platform build() {
            return new Platform(this);
        }
    }
}
