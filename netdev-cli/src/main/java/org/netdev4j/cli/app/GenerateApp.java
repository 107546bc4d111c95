package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Rate;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.Ethernet;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.wire.CaptureReader;

/** Sends frames: UDP flows, TCP flows that the device makes segments of, or the frames of a capture. */
public final class GenerateApp extends BaseApp {
    private static final int MOST_L2_HEADER = 22;
    private static final int LEAST_BUFFERS = 1024;

    private final List<GenerateWorker> senders = new ArrayList<>();
    private final List<Traffic> traffic = new ArrayList<>();
    private final Config config;
    private final NetBufPool pool;

    private GenerateApp(OpenDevice device, Config config) {
        super("generate", List.of(device));
        this.config = config;
        NetDev dev = device.dev();
        int burst = config.get(Keys.BURST);
        boolean replay = config.find(Keys.GENERATE_FROM).isPresent();
        checkCombination(replay);
        Rate rate = config.get(Keys.GENERATE_RATE);
        int shares = replay ? 1 : shares(dev, rate);
        int tso = replay ? 0 : config.get(Keys.GENERATE_TSO);
        if (tso > 0) {
            TsoTraffic.require(dev, config);
        }
        int room = tso > 0 ? TsoTraffic.dataRoom(config) : Math.min(dev.mtu() + MOST_L2_HEADER, NetBufPool.MAX_CAPACITY - headroom(dev));
        pool = NetBufPool.builder(dev.platform(), "generate " + device.name())
            .count(Math.max(LEAST_BUFFERS, shares * 2 * (dev.txQueue(0).ringSize() + burst)))
            .headroom(headroom(dev)).dataRoom(Math.max(room, NetBufPool.STANDARD_DATA_ROOM)).build();
        device.pools().add(pool);
        if (device.spec().find(Keys.PROMISCUOUS).isEmpty() && dev.info().has(Capability.PROMISCUOUS)) {
            dev.setPromiscuous(true); // what comes back is addressed to others
        }
        openTraffic(device, shares);
        Clock clock = dev.platform().clock();
        WireEnd end = new WireEnd(device);
        List<Integer> cpus = device.spec().find(Keys.CPUS).orElse(List.of());
        long count = config.get(Keys.GENERATE_COUNT);
        for (int i = 0; i < shares; i++) {
            List<Receiver> receivers = new ArrayList<>();
            for (int queue = i; queue < dev.config().rxQueues(); queue += shares) {
                receivers.add(new Receiver(device, queue, end));
            }
            senders.add(new GenerateWorker("netdev-generate-" + device.name() + "-" + i, i < cpus.size() ? cpus.get(i) : -1,
                traffic.get(i), new Pacer(share(rate, shares), clock), TimeLimit.of(config, clock), share(count, i, shares),
                dev.txQueue(i), pool, receivers, burst));
        }
        // A share of nothing would be taken for no limit.
        workers(count == 0 ? senders : senders.subList(0, (int) Math.min(shares, count)));
    }

    /**
     * Starts the application.
     *
     * @param device open, not started; closed if this throws
     */
    public static GenerateApp start(OpenDevice device, Config config) {
        return Apps.started(List.of(device), () -> new GenerateApp(device, config));
    }

    private static int headroom(NetDev dev) {
        return Math.max(NetBufPool.STANDARD_HEADROOM, dev.info().txHeadroom());
    }

    private void checkCombination(boolean replay) {
        if (!replay && config.get(Keys.GENERATE_RATE).limit() == Rate.Limit.AS_CAPTURED) {
            throw config.refused(Keys.GENERATE_RATE.path(), "\"original\" needs a capture to go by; name one with --from", null);
        }
        if (replay) {
            return;
        }
        IpPrefix from = config.get(Keys.GENERATE_SRC_IP);
        IpPrefix to = config.get(Keys.GENERATE_DST_IP);
        if (from instanceof IpPrefix.V6 != to instanceof IpPrefix.V6) {
            throw config.refused(Keys.GENERATE_DST_IP.path(), "addresses of two families: from " + from + " to " + to, null);
        }
        int shortest = config.get(Keys.GENERATE_SIZE).shortest();
        if (from instanceof IpPrefix.V6 && shortest < FlowTraffic.SHORTEST_V6) {
            throw config.refused(Keys.GENERATE_SIZE.path(), "a frame over IPv6 has " + FlowTraffic.SHORTEST_V6 + " bytes at least: "
                + shortest + " asked for", null);
        }
    }

    private int shares(NetDev dev, Rate rate) {
        int most = Math.min(dev.config().txQueues(), config.get(Keys.GENERATE_FLOWS));
        return rate.perSecond() == 0 ? most : (int) Math.min(most, rate.perSecond());
    }

    private static Rate share(Rate rate, int shares) {
        return new Rate(rate.limit(), rate.perSecond() / shares);
    }

    private static long share(long count, int index, int shares) {
        return count / shares + (index < count % shares ? 1 : 0);
    }

    private void openTraffic(OpenDevice device, int shares) {
        NetDev dev = device.dev();
        Optional<String> from = config.find(Keys.GENERATE_FROM);
        if (from.isPresent()) {
            traffic.add(new CaptureTraffic(CaptureReader.open(from.get()), dev.mtu(), device.name()));
            return;
        }
        FlowPlan plan = new FlowPlan(config.get(Keys.GENERATE_SIZE), config.get(Keys.GENERATE_FLOWS), config.get(Keys.GENERATE_SEED),
            config.find(Keys.GENERATE_SRC_MAC).orElse(dev.macAddress()), config.get(Keys.GENERATE_DST_MAC),
            config.get(Keys.GENERATE_SRC_IP), config.get(Keys.GENERATE_DST_IP), config.get(Keys.GENERATE_SRC_PORT),
            config.get(Keys.GENERATE_DST_PORT));
        int tso = config.get(Keys.GENERATE_TSO);
        if (tso == 0) {
            requireMtu(dev, plan);
        }
        for (int i = 0; i < shares; i++) {
            traffic.add(tso > 0 ? new TsoTraffic(plan, tso, i, shares) : new FlowTraffic(plan, i, shares));
        }
    }

    private void requireMtu(NetDev dev, FlowPlan plan) {
        int longest = plan.sizes().longest();
        int most = dev.mtu() + Ethernet.HEADER_LENGTH;
        if (longest > most) {
            throw config.refused(Keys.GENERATE_SIZE.path(), "a frame of " + longest + " bytes is longer than the " + most
                + " that the MTU of " + dev.name() + " allows, " + dev.mtu() + "; use --mtu "
                + (longest - Ethernet.HEADER_LENGTH), null);
        }
    }

    @Override
    public String intent() {
        return "generate on " + Apps.describe(devices().getFirst()) + config.find(Keys.GENERATE_FROM).map(f -> " from " + f).orElse("");
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        if (traffic.getFirst() instanceof CaptureTraffic capture) {
            all.put("frames-cut-by-capture", capture.cut());
            all.put("empty-records", capture.empty());
        }
        return all;
    }

    @Override
    public void close() {
        senders.forEach(GenerateWorker::abandon);
        super.close();
        traffic.forEach(Traffic::close);
    }
}
