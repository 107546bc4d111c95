package org.netdev4j.models.ena.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** A wire whose far end is the test. */
final class TestWire implements WirePort {
    final List<byte[]> sent = new ArrayList<>();
    final Deque<byte[]> arriving = new ArrayDeque<>();
    boolean full;
    /** False to throw away what is sent, so that nothing is allocated. */
    boolean keeps = true;
    /** A frame that arrives again and again, so many times. */
    byte[] repeated;
    int repetitions;
    long receivedAt;

    @Override
    public boolean send(Memory frame, long offset, int length) {
        if (full) {
            return false;
        }
        if (keeps) {
            sent.add(frame.bytes(offset, length));
        }
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        byte[] frame = repetitions > 0 ? repeated : arriving.poll();
        if (frame == null) {
            return EMPTY;
        }
        repetitions = Math.max(0, repetitions - 1);
        into.copyFrom(offset, frame, 0, frame.length);
        return frame.length;
    }

    @Override
    public long receivedAtEpochNanos() {
        return receivedAt;
    }

    @Override
    public long truncated() {
        return 0;
    }

    @Override
    public boolean readable() {
        return repetitions > 0 || !arriving.isEmpty();
    }

    @Override
    public void notify(WaitEvent event) {
        throw new UnsupportedOperationException("the host registers, not the data side");
    }

    @Override
    public boolean linkUp() {
        return true;
    }

    @Override
    public boolean exhausted() {
        return false;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public void close() {
        arriving.clear();
    }
}
