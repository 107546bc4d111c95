package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;

/** Passes on what two devices receive, each to the other. Worker {@code i} serves queue {@code i} of both. */
public final class ForwardApp extends BaseApp {
    private final List<Sender> toLeft = new ArrayList<>();
    private final List<Sender> toRight = new ArrayList<>();
    private final Map<OpenDevice, List<ChecksumHandover>> handovers = new LinkedHashMap<>();

    private ForwardApp(OpenDevice left, OpenDevice right, Config config) {
        super("forward", List.of(left, right));
        int toRightQueues = pairs(left, right);
        int toLeftQueues = pairs(right, left);
        WireEnd leftEnd = new WireEnd(left);
        WireEnd rightEnd = new WireEnd(right);
        TimeLimit limit = TimeLimit.of(config, left.dev().platform().clock());
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < Math.max(toLeftQueues, toRightQueues); i++) {
            List<Lane> lanes = new ArrayList<>();
            if (i < toRightQueues) {
                toRight.add(new Sender(right.dev().txQueue(i)));
                lanes.add(new Lane(new Receiver(left, i, leftEnd), toRight.getLast(), handover(config, left, right)));
            }
            if (i < toLeftQueues) {
                toLeft.add(new Sender(left.dev().txQueue(i)));
                lanes.add(new Lane(new Receiver(right, i, rightEnd), toLeft.getLast(), handover(config, right, left)));
            }
            workers.add(new ForwardWorker(left, i, lanes, config.get(Keys.BURST), limit));
        }
        workers(workers);
        for (OpenDevice device : List.of(left, right)) {
            // What is passed on is addressed to others, unless somebody said that it is not.
            if (device.spec().find(Keys.PROMISCUOUS).isEmpty() && device.dev().info().has(Capability.PROMISCUOUS)) {
                device.dev().setPromiscuous(true);
            }
        }
    }

    /** What is done to checksums between two devices; null for nothing. */
    private ChecksumHandover handover(Config config, OpenDevice from, OpenDevice to) {
        if (!config.get(Keys.FORWARD_CHECKSUMS)) {
            return null;
        }
        ChecksumHandover made = ChecksumHandover.between(from, to);
        handovers.computeIfAbsent(to, device -> new ArrayList<>()).add(made);
        return made;
    }

    private static int pairs(OpenDevice from, OpenDevice to) {
        int rx = from.dev().config().rxQueues();
        int tx = to.dev().config().txQueues();
        if (rx > tx) {
            throw new ConfigException("forward from " + from.name() + " to " + to.name() + ": there are " + rx
                + " receive queues and only " + tx + " transmit queues; give both devices as many");
        }
        return rx;
    }

    /**
     * Starts the application.
     *
     * @param left  open, not started; if they are awaited, queues of the same number on both devices signal the same event
     * @param right as {@code left}; both are closed if this throws
     */
    public static ForwardApp start(OpenDevice left, OpenDevice right, Config config) {
        return Apps.started(List.of(left, right), () -> new ForwardApp(left, right, config));
    }

    @Override
    public String intent() {
        return "forward between " + Apps.describe(devices().getFirst()) + " and " + Apps.describe(devices().getLast());
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("unsent-to-" + label(devices().getFirst()), toLeft.stream().mapToLong(Sender::unsent).sum());
        all.put("unsent-to-" + label(devices().getLast()), toRight.stream().mapToLong(Sender::unsent).sum());
        handovers.forEach((to, each) -> {
            all.put("checksums-offloaded-to-" + label(to), sum(each, ChecksumHandover::offloaded));
            all.merge("checksums-unchecked", sum(each, ChecksumHandover::unchecked), Long::sum);
            all.merge("checksums-bad-dropped", sum(each, ChecksumHandover::bad), Long::sum);
        });
        return all;
    }

    /** Name of one of the two devices, with its place if both have the same. */
    private String label(OpenDevice device) {
        String left = devices().getFirst().name();
        return !left.equals(devices().getLast().name()) ? device.name() : left + (device == devices().getFirst() ? "#1" : "#2");
    }

    private static long sum(List<ChecksumHandover> handovers, ToLongFunction<ChecksumHandover> counter) {
        return handovers.stream().mapToLong(counter).sum();
    }

    /** From a receive queue to a transmit queue; {@code checksums} is null if they are left alone. */
    private record Lane(Receiver from, Sender to, ChecksumHandover checksums) {
    }

    private static final class ForwardWorker extends ReceivingWorker {
        private final Lane[] lanes;

        ForwardWorker(OpenDevice device, int index, List<Lane> lanes, int burst, TimeLimit limit) {
            super("forward", device, index, lanes.stream().map(Lane::from).toList(), burst, limit);
            this.lanes = lanes.toArray(Lane[]::new);
        }

        @Override
        void handle(Receiver from, NetBuf[] burst, int count) {
            // Two lanes at most: cheaper than a field in the receiver that only this application needs.
            Lane lane = lanes[0].from == from ? lanes[0] : lanes[1];
            lane.to.sendOrDrop(burst, lane.checksums == null ? count : lane.checksums.apply(burst, count));
        }

        @Override
        void idle() {
            for (Lane lane : lanes) {
                lane.to.reclaim();
            }
        }
    }
}
