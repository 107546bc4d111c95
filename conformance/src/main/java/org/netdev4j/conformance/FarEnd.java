package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * The far end of the wire, in a case's hand. One thread may send and one, not necessarily the same, receive.
 */
public final class FarEnd implements AutoCloseable {
    private final Bench bench;
    private final RiggedDevice device;
    private final WirePort port;
    private final Memory out;
    private final Memory in;

    FarEnd(Bench bench, RiggedDevice device) {
        this.bench = bench;
        this.device = device;
        this.port = device.farEnd();
        out = Memory.allocate("far end, out", WirePort.MAX_FRAME);
        in = Memory.allocate("far end, in", WirePort.MAX_FRAME);
    }

    /** The port itself, for cases that must not allocate. */
    public WirePort port() {
        return port;
    }

    /** Sends frames to the device, waiting for room on the wire. */
    public void send(Frame... frames) {
        for (Frame frame : frames) {
            send(frame.bytes());
        }
    }

    /** Sends frames to the device, waiting for room on the wire. */
    public void send(List<Frame> frames) {
        frames.forEach(frame -> send(frame.bytes()));
    }

    /** Sends bytes to the device, waiting for room on the wire. */
    public void send(byte[] frame) {
        out.copyFrom(0, frame, 0, frame.length);
        bench.await("the wire to take a frame for the device", () -> port.send(out, 0, frame.length));
    }

    /** Sends bytes to the device; false if the wire has no room. */
    public boolean trySend(byte[] frame) {
        out.copyFrom(0, frame, 0, frame.length);
        return port.send(out, 0, frame.length);
    }

    /** A frame of the device that has arrived, if there is one. */
    public Optional<byte[]> poll() {
        int length = port.receive(in, 0, WirePort.MAX_FRAME);
        return length == WirePort.EMPTY ? Optional.empty() : Optional.of(in.bytes(0, length));
    }

    /** Waits for a number of frames of the device. */
    public List<byte[]> receive(int count) {
        List<byte[]> frames = new ArrayList<>();
        bench.awaitLong(() -> count + " frames of the device on the wire; " + frames.size() + " came", () -> {
            while (frames.size() < count) {
                Optional<byte[]> next = poll();
                if (next.isEmpty()) {
                    return false;
                }
                frames.add(next.get());
            }
            return true;
        });
        return frames;
    }

    /** Waits for these frames of the device, in this order and with nothing between them. */
    public void expect(Frame... frames) {
        expect(List.of(frames));
    }

    /** Waits for these frames of the device, in this order and with nothing between them. */
    public void expect(List<Frame> frames) {
        for (int i = 0; i < frames.size(); i++) {
            String what = "frame " + i + " of " + frames.size() + " that the device was given to send";
            byte[] came = receiveOne(what);
            String difference = FrameDiff.difference(frames.get(i).bytes(), came);
            if (!difference.isEmpty()) {
                int other = indexOf(frames, came);
                Check.fail(what + (other >= 0 ? ": frame " + other + " came in its place" : ": " + difference));
            }
        }
    }

    private static int indexOf(List<Frame> frames, byte[] came) {
        for (int i = 0; i < frames.size(); i++) {
            if (FrameDiff.difference(frames.get(i).bytes(), came).isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    /** Waits for a frame of the device. */
    public byte[] receiveOne(String what) {
        List<byte[]> got = new ArrayList<>(1);
        bench.await(what, () -> {
            poll().ifPresent(got::add);
            return !got.isEmpty();
        });
        return got.get(0);
    }

    /** Returns when all that the device has put on the wire can be received. */
    public void settle() {
        device.settle();
    }

    /** True if the device's clock is the one of this machine. */
    public boolean sharesClock() {
        return device.sharesClock();
    }

    /** Checks that nothing of the device waits on the wire. */
    public void expectNothing(String why) {
        device.settle();
        poll().ifPresent(frame -> Check.fail("a frame of " + frame.length + " bytes came from the device: " + why));
    }

    /** Takes whatever has arrived. */
    public int drain() {
        device.settle();
        int count = 0;
        while (poll().isPresent()) {
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        out.close();
        in.close();
    }
}
