package org.netdev4j.backend.offender;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.netdev4j.conformance.Conformance;
import org.netdev4j.platform.raw.RawMemory;

/** Breaks every wall around backends, so that the walls can be seen to stand. */
public final class OffendingBackend {
    private final ReentrantLock lock = new ReentrantLock();
    private int count;

    /** Breaks the memory walls. */
    public byte memory() {
        try (Arena arena = Arena.ofConfined()) {
            return RawMemory.getByte(arena.allocate(8).address());
        }
    }

    /** Breaks the threading walls. */
    public synchronized void threads() {
        lock.lock();
        new Thread(lock::unlock).start();
    }

    /** Breaks the wall that ArchUnit does not see. */
    public void block() {
        synchronized (lock) {
            count++;
        }
    }

    /** Breaks the walls around time and chance. */
    public long time() {
        return System.nanoTime() + new Random().nextInt() + count;
    }

    /** Breaks the direction of dependencies. */
    public Class<?> direction() {
        return Conformance.class;
    }
}
