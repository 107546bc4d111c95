package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;

/** A receive queue in a case's hand. One thread at a time. */
public final class Receiver {
    private static final int BURST = 32;

    private final Bench bench;
    private final RxQueue queue;
    private final NetBuf[] burst = new NetBuf[BURST];

    Receiver(Bench bench, RxQueue queue) {
        this.bench = bench;
        this.queue = queue;
    }

    /** The queue itself. */
    public RxQueue queue() {
        return queue;
    }

    /** Takes what waits, one burst of it, without waiting. */
    public List<Received> poll() {
        int count = BurstStatus.count(queue.receive(burst, 0, BURST));
        List<Received> packets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (burst[i] == null) {
                Check.fail("receive() says that " + count + " packets came, but entry " + i + " of the array is null");
            }
            packets.add(Received.take(queue.index(), burst[i]));
        }
        Arrays.fill(burst, null);
        return packets;
    }

    /**
     * Waits for one packet and takes just that, in its buffer, which is the caller's. What waits behind it keeps
     * waiting.
     */
    public NetBuf hold() {
        bench.await("a packet on receive queue " + queue.index(),
            () -> BurstStatus.count(queue.receive(burst, 0, 1)) == 1);
        NetBuf packet = burst[0];
        burst[0] = null;
        return packet;
    }

    /** Waits for a number of packets; not one more may come with them. */
    public List<Received> take(int count) {
        List<Received> packets = new ArrayList<>(count);
        bench.await(() -> count + " packets on receive queue " + queue.index() + "; " + packets.size() + " came",
            () -> {
            packets.addAll(poll());
            return packets.size() >= count;
        });
        Check.equal(count, packets.size(), "number of packets received");
        return packets;
    }

    /** Waits for one packet. */
    public Received takeOne(String what) {
        List<Received> packets = new ArrayList<>(1);
        bench.await(what, () -> {
            packets.addAll(poll());
            return !packets.isEmpty();
        });
        Check.equal(1, packets.size(), "number of packets received, where there was to be " + what + ",");
        return packets.get(0);
    }

    /** Takes packets up to this one, and returns those that came before it. */
    public List<Received> takeUntil(Frame marker) {
        List<Received> packets = new ArrayList<>();
        bench.await("the marker frame behind what was sent", () -> {
            packets.addAll(poll());
            return !packets.isEmpty() && isSame(marker, packets.get(packets.size() - 1));
        });
        packets.remove(packets.size() - 1);
        return packets;
    }

    private static boolean isSame(Frame frame, Received packet) {
        return FrameDiff.difference(frame.bytes(), packet.bytes()).isEmpty();
    }

    /** Waits for these frames, in this order and with nothing between them. */
    public List<Received> expect(Frame... frames) {
        return expect(List.of(frames));
    }

    /** Waits for these frames, in this order and with nothing between them. */
    public List<Received> expect(List<Frame> frames) {
        List<Received> all = new ArrayList<>();
        bench.await(() -> frames.size() + " packets on receive queue " + queue.index() + "; " + all.size() + " came",
            () -> {
            for (Received packet : poll()) {
                compare(frames, all.size(), packet);
                all.add(packet);
            }
            return all.size() >= frames.size();
        });
        return all;
    }

    private static void compare(List<Frame> frames, int index, Received packet) {
        Check.that(index < frames.size(), "more packets were received than the " + frames.size() + " that were sent");
        String difference = FrameDiff.difference(frames.get(index).bytes(), packet.bytes());
        if (!difference.isEmpty()) {
            for (int i = 0; i < frames.size(); i++) {
                if (isSame(frames.get(i), packet)) {
                    Check.fail("in place of received packet " + index + " of " + frames.size() + " came packet " + i
                        + (i < index ? " once more, or late" : "; those between are lost or late"));
                }
            }
            Check.fail("received packet " + index + " of " + frames.size() + ": " + difference);
        }
    }
}
