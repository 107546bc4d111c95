package org.netdev4j.backend.loopback;

import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** A port that passes everything on to another, and can be told to be different. */
final class WireSpy implements WirePort {
    private final WirePort behind;
    private final AtomicInteger senders = new AtomicInteger();
    /** What {@link #receivedAtEpochNanos} says. */
    long stamp;
    /** Nobody is signalled. */
    volatile boolean quiet;
    /** Calls of {@link #send} that ran while another did. */
    final AtomicInteger overlaps = new AtomicInteger();
    /** Sending takes its time. */
    boolean slow;

    WireSpy(WirePort behind) {
        this.behind = behind;
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        if (senders.getAndIncrement() != 0) {
            overlaps.incrementAndGet();
        }
        if (slow) {
            Thread.yield();
        }
        boolean taken = behind.send(frame, offset, length);
        senders.decrementAndGet();
        return taken;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        return behind.receive(into, offset, capacity);
    }

    @Override
    public long receivedAtEpochNanos() {
        return stamp;
    }

    @Override
    public long truncated() {
        return behind.truncated();
    }

    @Override
    public boolean readable() {
        return behind.readable();
    }

    @Override
    public void notify(WaitEvent event) {
        behind.notify(event == null ? null : new WaitEvent() {
            @Override
            public void signal() {
                if (!quiet) {
                    event.signal();
                }
            }

            @Override
            public boolean await(Deadline deadline) {
                return event.await(deadline);
            }

            @Override
            public boolean poll() {
                return event.poll();
            }
        });
    }

    @Override
    public boolean linkUp() {
        return behind.linkUp();
    }

    @Override
    public boolean exhausted() {
        return behind.exhausted();
    }

    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public void close() {
        behind.close();
    }
}
