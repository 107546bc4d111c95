package org.netdev4j.conformance.cases;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.Statistics;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;
import org.netdev4j.conformance.frame.RssOracle;

/**
 * What a random run knows of its traffic: which frames are under way, in which order they must come, and which buffers
 * the application holds, with what in them.
 */
final class Ledger {
    private static final int BURST = 32;
    private static final int MOST_HELD = 8;

    private final Bench bench;
    private final List<Deque<byte[]>> toFar = new ArrayList<>();
    private final Map<Integer, Deque<Frame>> toDevice = new HashMap<>();
    // What was under way when the device was stopped: may come, once, or not.
    private final Map<ByteBuffer, Integer> maybe = new HashMap<>();
    private final List<NetBuf> held = new ArrayList<>();
    private final List<byte[]> heldBytes = new ArrayList<>();
    private final NetBuf[] burst = new NetBuf[BURST];
    private RssOracle oracle;
    private int buffersUnderWay;
    private long sent;
    private long received;
    private Statistics counted;
    private boolean tolerant;
    private boolean spoilt;

    Ledger(Bench bench) {
        this.bench = bench;
    }

    /** The device was configured, or steers otherwise from now on. */
    void queues(int count) {
        while (toFar.size() < count) {
            toFar.add(new ArrayDeque<>());
        }
        boolean steers = bench.info().has(Capability.RSS_HASH)
            && bench.device().offloads().contains(Capability.RSS_HASH);
        oracle = steers ? new RssOracle(bench.device().rss()) : null;
    }

    /** What tells the flows of a run apart: the source port, or the type of what is no IP. */
    static int flow(Frame frame) {
        return frame.ipVersion() == 0 ? frame.word(12) : frame.word(frame.l4At());
    }

    /** Buffers of the device's rings that frames under way to it will take. */
    int buffersUnderWay() {
        return buffersUnderWay;
    }

    /** Bytes of frames from the device that may not have arrived yet, in frames. */
    int framesUnderWay() {
        return toFar.stream().mapToInt(Deque::size).sum();
    }

    /** A frame was sent to the device. */
    void towardsDevice(Frame frame) {
        toDevice.computeIfAbsent(flow(frame), key -> new ArrayDeque<>()).add(frame);
        buffersUnderWay += buffers(frame);
    }

    private int buffers(Frame frame) {
        return 1 + frame.length() / Math.max(1, bench.pool().dataRoom());
    }

    /** A queue took a packet that leaves as these frames. */
    void towardsFar(int queue, List<byte[]> frames) {
        toFar.get(queue).addAll(frames);
        sent++;
    }

    /**
     * Faults are on, or no longer: what is received may be anything, what is sent may be lost.
     *
     * @param buffersToo also what is sent may be anything: a device that completes what it has not sent yet makes any driver
     *                   give away a buffer that is still to be read
     */
    void tolerant(boolean on, boolean buffersToo) {
        tolerant = on;
        spoilt = buffersToo;
    }

    // ---- looking

    /** Takes what has arrived at either end. */
    void look(int rxQueues) {
        far();
        for (int queue = 0; queue < rxQueues; queue++) {
            int count = BurstStatus.count(bench.device().rxQueue(queue).receive(burst, 0, BURST));
            for (int i = 0; i < count; i++) {
                NetBuf packet = burst[i];
                burst[i] = null;
                check(queue, packet);
                keepOrFree(packet);
            }
        }
    }

    private void far() {
        while (true) {
            byte[] frame = bench.far().poll().orElse(null);
            if (frame == null) {
                return;
            }
            arrived(frame);
        }
    }

    private void arrived(byte[] frame) {
        for (Deque<byte[]> queue : toFar) {
            byte[] head = queue.peek();
            if (head != null && FrameDiff.difference(head, frame).isEmpty()) {
                queue.remove();
                return;
            }
        }
        if (tolerant) {
            for (Deque<byte[]> queue : toFar) {
                if (queue.removeIf(each -> FrameDiff.difference(each, frame).isEmpty())) {
                    return;
                }
            }
        }
        Check.that(takeMaybe(frame) || spoilt, "a frame of " + frame.length + " bytes came from the device that it "
            + "was not given, "
            + "or gave out of order, or twice: " + nearest(frame));
    }

    /** What a frame that came by surprise has in common with those that should. */
    private String nearest(byte[] frame) {
        for (int queue = 0; queue < toFar.size(); queue++) {
            int place = 0;
            for (byte[] each : toFar.get(queue)) {
                if (FrameDiff.difference(each, frame).isEmpty()) {
                    return "it is number " + place + " of what queue " + queue + " has under way";
                }
                if (each.length == frame.length) {
                    return "number " + place + " of queue " + queue + " is as long; " + FrameDiff.difference(each, frame);
                }
                place++;
            }
        }
        return toFar.stream().allMatch(Deque::isEmpty) ? "nothing is under way" : "no frame under way is as long";
    }

    private boolean takeMaybe(byte[] frame) {
        ByteBuffer key = ByteBuffer.wrap(frame);
        boolean known = maybe.containsKey(key);
        maybe.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
        return known;
    }

    private void check(int queue, NetBuf packet) {
        byte[] bytes = packet.packetBytes();
        Frame frame = Frame.parse(bytes);
        boolean ours = frame.ipVersion() != 0 && frame.l4() > 0 || frame.ipVersion() == 0 && bytes.length >= 14;
        Deque<Frame> flow = ours ? toDevice.get(flow(frame)) : null;
        if (flow == null || flow.isEmpty() || !FrameDiff.difference(flow.peek().bytes(), bytes).isEmpty()) {
            strange(queue, bytes, flow);
            return;
        }
        buffersUnderWay -= buffers(flow.remove());
        received++;
        if (tolerant) {
            return;
        }
        Check.that((packet.flags() & (NetBuf.RX_IP_CHECKSUM_BAD | NetBuf.RX_L4_CHECKSUM_BAD)) == 0,
            "a packet with good checksums is flagged bad");
        OptionalInt wanted = oracle == null ? OptionalInt.empty() : oracle.queue(frame);
        if (wanted.isPresent()) {
            Check.equal(wanted.getAsInt(), queue, "receive queue of a packet of flow " + flow(frame));
        }
    }

    private void strange(int queue, byte[] bytes, Deque<Frame> flow) {
        if (takeMaybe(bytes) || tolerant) {
            return;
        }
        Check.fail("a packet of " + bytes.length + " bytes on receive queue " + queue + " was not sent, or is out of order, "
            + "or came twice: " + (flow == null || flow.isEmpty() ? "its flow has nothing under way"
                : FrameDiff.difference(flow.peek().bytes(), bytes)));
    }

    // ---- buffers in the application's hand

    private void keepOrFree(NetBuf packet) {
        // What comes while faults are on may be cut short.
        if (!tolerant && held.size() < MOST_HELD && bench.random().nextInt(8) == 0) {
            held.add(packet);
            heldBytes.add(packet.packetBytes());
        } else {
            packet.free();
        }
    }

    /** Buffers in the application's hand. */
    int inHand() {
        return held.stream().mapToInt(NetBuf::segments).sum();
    }

    /** Gives back a packet in hand, unchanged since it was received; null if there is none. */
    NetBuf release() {
        if (held.isEmpty()) {
            return null;
        }
        int index = bench.random().nextInt(held.size());
        NetBuf packet = held.remove(index);
        Check.sameFrame(heldBytes.remove(index), packet.packetBytes(), "a packet that the application held for a while");
        return packet;
    }

    /** Frees all in hand. */
    void releaseAll() {
        for (NetBuf packet = release(); packet != null; packet = release()) {
            packet.free();
        }
    }

    // ---- settling

    /** All that is under way arrives, and all that was sent is complete. */
    void settle(int rxQueues, int txQueues) {
        bench.await(this::outstanding, () -> {
            look(rxQueues);
            int pending = 0;
            for (int queue = 0; queue < txQueues; queue++) {
                bench.device().txQueue(queue).reclaim(Integer.MAX_VALUE);
                pending += bench.device().txQueue(queue).pending();
            }
            return pending == 0 && framesUnderWay() == 0 && toDevice.values().stream().allMatch(Deque::isEmpty);
        });
        maybe.clear();
        count();
    }

    private String outstanding() {
        return "all traffic to arrive; " + framesUnderWay() + " frames from the device and "
            + toDevice.values().stream().mapToInt(Deque::size).sum() + " to it are under way";
    }

    /** All counters must say what passed since the last settling, if nothing was lost in between. */
    private void count() {
        Statistics now = bench.device().statistics();
        if (counted != null) {
            Statistics passed = now.since(counted);
            Check.equal(sent, passed.opackets(), "opackets since all was settled last");
            Check.equal(received, passed.ipackets(), "ipackets since all was settled last");
        }
        counted = now;
        sent = 0;
        received = 0;
    }

    /** What is under way may be lost: the device is about to be stopped. */
    void mayBeLost() {
        for (Deque<byte[]> queue : toFar) {
            queue.forEach(frame -> maybe.merge(ByteBuffer.wrap(frame), 1, Integer::sum));
            queue.clear();
        }
        for (Deque<Frame> flow : toDevice.values()) {
            flow.forEach(frame -> maybe.merge(ByteBuffer.wrap(frame.bytes()), 1, Integer::sum));
            flow.clear();
        }
        buffersUnderWay = 0;
        counted = null;
    }

    /** Takes all that still arrives of what may have been lost. */
    void flush(int rxQueues) {
        for (int i = 0; i < 60; i++) {
            look(rxQueues);
            bench.idle();
        }
        maybe.clear();
        counted = null;
    }
}
