package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;

/** Receives and throws away, for the counters. */
public final class StatsApp extends BaseApp {
    private StatsApp(OpenDevice device, Config config, boolean endless) {
        super("stats", List.of(device));
        WireEnd end = new WireEnd(device);
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < device.dev().config().rxQueues(); i++) {
            receivers.add(new Receiver(device, i, end));
        }
        workers(List.of(new StatsWorker(device, receivers, config.get(Keys.BURST),
            TimeLimit.of(config, device.dev().platform().clock()), endless)));
    }

    /**
     * Starts the application.
     *
     * @param device  open, not started, its receive queues signalling one event; closed if this throws
     * @param endless false to end when nothing is there, true to wait for more
     */
    public static StatsApp start(OpenDevice device, Config config, boolean endless) {
        return Apps.started(List.of(device), () -> new StatsApp(device, config, endless));
    }

    @Override
    public String intent() {
        return "statistics of " + Apps.describe(devices().getFirst());
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public boolean usesStandardOutput() {
        return true;
    }

    private static final class StatsWorker extends ReceivingWorker {
        private final boolean endless;
        private boolean sated;

        StatsWorker(OpenDevice device, List<Receiver> receivers, int burst, TimeLimit limit, boolean endless) {
            super("stats", device, 0, receivers, burst, limit);
            this.endless = endless;
        }

        @Override
        void handle(Receiver from, NetBuf[] burst, int count) {
            NetBufPool.free(burst, 0, count);
        }

        @Override
        int appetite() {
            return sated ? 0 : super.appetite();
        }

        @Override
        void idle() {
            sated = !endless;
        }
    }
}
