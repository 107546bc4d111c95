package org.netdev4j.models.control;

import java.io.IOException;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/**
 * The cable between a device and who holds its far end over the control channel. A thread of its own passes on what the device
 * sends; the session's thread gives it what comes, and may hurry the other.
 */
final class FarCable implements AutoCloseable {
    private static final long TICK_NANOS = 1_000_000_000;
    private static final long JOIN_MILLIS = 5_000;

    private final MessageStream stream;
    private final Platform platform;
    private final int device;
    private final int epoch;
    private final BackToBack cable;
    private final MeteredWire near;
    private final WirePort far;
    private final WaitEvent event;
    private final Memory in = Memory.allocate("control channel: to the device", WirePort.MAX_FRAME);
    private final Memory out = Memory.allocate("control channel: from the device", WirePort.MAX_FRAME);
    private final Thread pump;
    private Timers.Task flap;
    private boolean up = true;
    private volatile boolean stopping;
    // The following are guarded by this.
    private long sent;
    private long credited;
    private long creditTold;
    private boolean closed;

    FarCable(MessageStream stream, Platform platform, int device, int epoch) {
        this.stream = stream;
        this.platform = platform;
        this.device = device;
        this.epoch = epoch;
        this.cable = BackToBack.create(platform, Protocol.RING);
        this.event = platform.newWaitEvent();
        this.near = new MeteredWire(cable.left(), event);
        this.far = cable.right();
        this.pump = new Thread(this::run, "far end of device " + (device + 1));
        pump.setDaemon(true);
        far.notify(event);
    }

    /** The device's end, which the device closes. */
    WirePort near() {
        return near;
    }

    int epoch() {
        return epoch;
    }

    /** Begins to pass on what the device sends. */
    void start() {
        pump.start();
    }

    private void run() {
        try {
            while (!stopping) {
                passOn();
                event.await(Deadline.afterNanos(platform.clock(), TICK_NANOS));
            }
        } catch (IOException e) {
            // The session's thread finds the same, and ends.
            stopping = true;
        }
    }

    /** Passes on what the device has sent so far, as much as the window takes. */
    synchronized void passOn() throws IOException {
        while (!closed && sent - credited + Protocol.cost(WirePort.MAX_FRAME) <= Protocol.WINDOW) {
            int length = far.receive(out, 0, WirePort.MAX_FRAME);
            if (length == WirePort.EMPTY) {
                break;
            }
            sent += Protocol.cost(length);
            stream.sendFrame(device, epoch, out, 0, length);
        }
        long taken = near.total();
        if (taken - creditTold >= Protocol.CREDIT_STEP) {
            creditTold = taken;
            stream.sendCredit(device, epoch, taken);
        }
    }

    /** The client has taken so many bytes in all. */
    synchronized void credit(long total) throws IOException {
        if (total < credited || total > sent) {
            throw new IOException("credit for " + total + " bytes of frames, where " + sent + " were sent");
        }
        credited = total;
        event.signal();
    }

    /** A frame for the device. */
    void deliver(byte[] payload, int length) throws IOException {
        int bytes = length - Integer.BYTES;
        if (bytes > WirePort.MAX_FRAME) {
            throw new IOException("a frame of " + bytes + " bytes");
        }
        in.copyFrom(0, payload, Integer.BYTES, bytes);
        if (!far.send(in, 0, bytes)) {
            throw new IOException("more frames than the window of " + Protocol.WINDOW + " bytes takes");
        }
    }

    /** Takes the link up or down, once or for ever. */
    void link(boolean wanted, long period) {
        still();
        up = wanted;
        cable.setLink(wanted);
        if (period > 0) {
            flap = platform.timers().every("flapping link", period, () -> {
                up = !up;
                cable.setLink(up);
            });
        }
    }

    private void still() {
        if (flap != null) {
            flap.cancel();
            flap = null;
        }
    }

    /** The far end goes away. The device must not be plugged in any more. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        stopping = true;
        still();
        event.signal();
        boolean interrupted = false;
        try {
            pump.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        far.close();
        near.close();
        if (!pump.isAlive()) {
            in.close();
            out.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
