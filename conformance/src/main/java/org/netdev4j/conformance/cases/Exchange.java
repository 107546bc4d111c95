package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;

/** Traffic that many cases need. */
final class Exchange {
    private static final int WINDOW = 32;

    private Exchange() {
    }

    /** Frames to the device with payloads of random length up to a limit, all different. */
    static List<Frame> framesToDevice(Bench bench, int count, int maxPayload) {
        List<Frame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            frames.add(bench.toDevice().udp(1000 + i % 50_000, 7)
                .payload(4 + bench.random().nextInt(maxPayload), bench.random()).build());
        }
        return frames;
    }

    /** Frames from the device with payloads of random length up to a limit, all different. */
    static List<Frame> framesFromDevice(Bench bench, int count, int maxPayload) {
        List<Frame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            frames.add(bench.fromDevice().udp(1000 + i % 50_000, 7)
                .payload(4 + bench.random().nextInt(maxPayload), bench.random()).build());
        }
        return frames;
    }

    /**
     * Frames reach queue 0 of the device, and leave it on queue 0, unchanged and in order. The device has one receive
     * queue.
     */
    static void bothWays(Bench bench, int count) {
        receive(bench, framesToDevice(bench, count, 400));
        transmit(bench, 0, framesFromDevice(bench, count, 400));
    }

    /**
     * Sends frames to the device, never more at once than a ring of moderate size holds, and expects them on queue 0.
     */
    static List<Received> receive(Bench bench, List<Frame> frames) {
        List<Received> all = new ArrayList<>(frames.size());
        for (int i = 0; i < frames.size(); i += WINDOW) {
            List<Frame> window = frames.subList(i, Math.min(i + WINDOW, frames.size()));
            bench.far().send(window);
            all.addAll(bench.rx(0).expect(window));
        }
        return all;
    }

    /** Sends frames from the device, and expects them at the far end. */
    static void transmit(Bench bench, int queue, List<Frame> frames) {
        for (int i = 0; i < frames.size(); i += WINDOW) {
            List<Frame> window = frames.subList(i, Math.min(i + WINDOW, frames.size()));
            bench.tx(queue).send(window);
            bench.far().expect(window);
        }
        bench.tx(queue).finish();
    }

    /** Sends frames on each of the first queues in turn, and expects them at the far end. */
    static void transmitOnAll(Bench bench, int queues, int count) {
        for (int queue = 0; queue < queues; queue++) {
            transmit(bench, queue, framesFromDevice(bench, count, 200));
        }
    }
}
