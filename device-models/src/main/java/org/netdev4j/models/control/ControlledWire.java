package org.netdev4j.models.control;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.WireStats;

/** The far end of a device's wire over the control channel. The channel's reading thread gives it what the device sends. */
final class ControlledWire implements WirePort {
    private final MessageStream stream;
    private final int device;
    private final int epoch;
    private final Consumer<String> failed;
    private final WirePort arriving;
    private final WirePort waiting;
    private final Memory in = Memory.allocate("control channel: from the device", MAX_FRAME);
    private volatile long credited;
    private volatile boolean linked = true;
    private volatile boolean closed;
    // For the sending thread, and for the receiving one.
    private long sent;
    private long taken;
    private long told;

    /**
     * One end.
     *
     * @param failed told when a frame cannot be sent any more
     */
    ControlledWire(Platform platform, MessageStream stream, int device, int epoch, Consumer<String> failed) {
        this.stream = stream;
        this.device = device;
        this.epoch = epoch;
        this.failed = failed;
        BackToBack ring = BackToBack.create(platform, Protocol.RING);
        this.arriving = ring.left();
        this.waiting = ring.right();
    }

    int epoch() {
        return epoch;
    }

    /** A frame of the device. */
    synchronized void deliver(byte[] payload, int length) throws IOException {
        if (closed) {
            return;
        }
        int bytes = length - Integer.BYTES;
        if (bytes > MAX_FRAME) {
            throw new IOException("a frame of " + bytes + " bytes");
        }
        in.copyFrom(0, payload, Integer.BYTES, bytes);
        if (!arriving.send(in, 0, bytes)) {
            throw new IOException("more frames than the window of " + Protocol.WINDOW + " bytes takes");
        }
    }

    /** The device has taken so many bytes in all. */
    void credit(long total) {
        credited = total;
    }

    void linked(boolean up) {
        linked = up;
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        if (length < 1 || length > MAX_FRAME) {
            throw new IllegalArgumentException("a frame has 1 to " + MAX_FRAME + " bytes: length=" + length);
        }
        if (closed) {
            return true;
        }
        int cost = Protocol.cost(length);
        if (sent - credited + cost > Protocol.WINDOW) {
            return false;
        }
        sent += cost;
        try {
            stream.sendFrame(device, epoch, frame, offset, length);
        } catch (IOException e) {
            failed.accept(e.getMessage());
        }
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        if (closed) {
            return EMPTY;
        }
        int length = waiting.receive(into, offset, capacity);
        if (length != EMPTY) {
            // Who gives less room than a frame needs makes the window smaller by what is cut.
            taken += Protocol.cost(length);
            tell();
        }
        return length;
    }

    private void tell() {
        if (taken - told >= Protocol.CREDIT_STEP) {
            told = taken;
            try {
                stream.sendCredit(device, epoch, taken);
            } catch (IOException e) {
                failed.accept(e.getMessage());
            }
        }
    }

    @Override
    public long receivedAtEpochNanos() {
        return waiting.receivedAtEpochNanos();
    }

    @Override
    public long truncated() {
        return waiting.truncated();
    }

    @Override
    public boolean readable() {
        return !closed && waiting.readable();
    }

    @Override
    public void notify(WaitEvent event) {
        if (!closed) {
            waiting.notify(event);
        }
    }

    @Override
    public boolean linkUp() {
        return !closed && linked;
    }

    @Override
    public boolean exhausted() {
        return closed;
    }

    @Override
    public Optional<WireStats> stats() {
        return waiting.stats();
    }

    @Override
    public String name() {
        return "control:" + (device + 1);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            arriving.close();
            waiting.close();
            in.close();
        }
    }
}
