package org.netdev4j.backend.ena;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.AdminCommand.GetStatistics;
import org.netdev4j.backend.ena.AdminCommand.Reader;
import org.netdev4j.backend.ena.spec.BasicStats;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.EniStats;
import org.netdev4j.backend.ena.spec.GetStats;
import org.netdev4j.backend.ena.spec.SrdStats;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.spi.DeviceContext;

/**
 * What the device counts. Asked for on the control path only, since asking waits; in between, and when the device does
 * not answer, the last values stand. Its counters start from zero with a reset; the sums here do not [AMZN
 * ena_netdev.c, ena_keep_alive_wd].
 *
 * <p>{@link #keepAlive} comes from the thread of events; the rest is for the control path, one call at a time.
 */
final class DeviceStatistics implements AutoCloseable {
    /** Values younger than this are not asked for again. */
    static final long FRESH_NANOS = 1_000_000L;

    private static final List<String> METRICS = List.of("bw_in_allowance_exceeded", "bw_out_allowance_exceeded",
        "pps_allowance_exceeded", "conntrack_allowance_exceeded", "linklocal_allowance_exceeded",
        "conntrack_allowance_available");

    // Under the names of FreeBSD's driver, hw_ in front [AMZN kernel/fbsd/ena/ena_sysctl.c].
    private static final List<String> COUNTED_SINCE_RESET = List.of("rx_packets", "rx_bytes", "rx_drops", "rx_overruns",
        "tx_packets", "tx_bytes", "tx_drops");

    private final Clock clock;
    private final DmaMemory metricsBuffer;
    private final EnaCounters counters;
    // By name: what the device counted before its last reset, and since.
    private final Map<String, Sum> sums = new ConcurrentHashMap<>();
    // Values that are not counts, by name.
    private final Map<String, Long> gauges = new LinkedHashMap<>();
    private AdminQueue queue;
    private DeviceAttributes attributes;
    private long supportedMetrics;
    private long fetchedAt;
    private boolean fetched;

    // Whether keep-alives are of the device as it is now: one that was on its way during a reset is not.
    private volatile boolean open;

    /** A count that survives its source's starting again. */
    private static final class Sum {
        private final AtomicLong last = new AtomicLong();
        private volatile long before;

        /** Takes a value of a source that starts again only when it is told; values may come out of order. */
        void raise(long value) {
            last.accumulateAndGet(value, Math::max);
        }

        /** Takes a value of a source that starts again when it likes. */
        void put(long value) {
            if (value < last.get()) {
                restart();
            }
            last.set(value);
        }

        void restart() {
            before += last.getAndSet(0);
        }

        long total() {
            return before + last.get();
        }
    }

    DeviceStatistics(DeviceContext context, EnaCounters counters) {
        clock = context.platform().clock();
        this.counters = counters;
        metricsBuffer = context.dma().allocate("metrics", GetStats.METRICS_BUFFER_BYTES, GetStats.METRICS_BUFFER_BYTES);
    }

    EnaCounters counters() {
        return counters;
    }

    /** Takes a device that has been reset: it counts from zero, and may have other metrics. */
    void open(AdminQueue admin, DeviceAttributes device) {
        queue = admin;
        attributes = device;
        supportedMetrics = 0;
        COUNTED_SINCE_RESET.forEach(name -> of(name).restart());
        open = true;
        if (device.can(DeviceAttributes.CAP_CUSTOMER_METRICS)) {
            supportedMetrics = ask(GetStats.TYPE_CUSTOMER_METRICS, GetStats.METRICS_MASK, ControlBuffer.NONE, Memory::getLong)
                .orElse(0L) & GetStats.METRICS_MASK;
            if ((supportedMetrics & GetStats.METRICS_MINIMUM) != GetStats.METRICS_MINIMUM) {
                supportedMetrics = 0;
            }
        }
        // What is reported right after a reset is what was reported right before: a value that is no count must not
        // seem to fall.
        fetchedAt = clock.nanoTime();
    }

    /** The device is being reset: what it reported before is of no more use. */
    void shut() {
        open = false;
    }

    /** Takes the counts of a keep-alive. */
    void keepAlive(long rxDrops, long txDrops, long rxOverruns) {
        if (open) {
            of("rx_drops").raise(rxDrops);
            of("tx_drops").raise(txDrops);
            of("rx_overruns").raise(rxOverruns);
        }
    }

    private Sum of(String name) {
        return sums.computeIfAbsent(name, key -> new Sum());
    }

    private void put(String name, long value) {
        of(name).put(value);
    }

    private long sum(String name) {
        Sum sum = sums.get(name);
        return sum == null ? 0 : sum.total();
    }

    /** Frames that the device dropped before they reached a queue. */
    long missed() {
        refresh();
        return sum("rx_drops") + sum("rx_overruns");
    }

    /** Asks for everything, unless the device is not to be asked, or was a moment ago. */
    private void refresh() {
        long now = clock.nanoTime();
        if (queue == null || !queue.running() || fetched && now - fetchedAt < FRESH_NANOS) {
            return;
        }
        fetched = true;
        fetchedAt = now;
        ask(GetStats.TYPE_BASIC, 0, ControlBuffer.NONE, BasicStats::read).ifPresent(this::take);
        if (supportedMetrics != 0) {
            fetchMetrics();
        } else if (attributes.can(DeviceAttributes.CAP_ENI_STATS)) {
            ask(GetStats.TYPE_ENI, 0, ControlBuffer.NONE, EniStats::read).ifPresent(this::take);
        }
        if (attributes.can(DeviceAttributes.CAP_ENA_SRD_INFO)) {
            ask(GetStats.TYPE_ENA_SRD, 0, ControlBuffer.NONE, SrdStats::read).ifPresent(this::take);
        }
        fetchedAt = clock.nanoTime();
    }

    /** An answer, or none: statistics are not worth a failure. */
    private <R> Optional<R> ask(int type, long metrics, ControlBuffer control, Reader<R> reader) {
        // As all drivers do, who mean the whole device and say neither scope nor device [AMZN ena_com.c, ena_get_dev_stats].
        GetStats request = new GetStats(type, 0, 0, 0, metrics);
        try {
            return queue.running() ? Optional.of(queue.execute(new GetStatistics<>(request, control, reader)))
                : Optional.empty();
        } catch (AdminFailure e) {
            return Optional.empty();
        }
    }

    private void take(BasicStats stats) {
        of("tx_bytes").raise(stats.txBytes());
        of("tx_packets").raise(stats.txPackets());
        of("rx_bytes").raise(stats.rxBytes());
        of("rx_packets").raise(stats.rxPackets());
        keepAlive(stats.rxDrops(), stats.txDrops(), stats.rxOverruns());
    }

    private void take(EniStats stats) {
        put(METRICS.get(0), stats.bwInAllowanceExceeded());
        put(METRICS.get(1), stats.bwOutAllowanceExceeded());
        put(METRICS.get(2), stats.ppsAllowanceExceeded());
        put(METRICS.get(3), stats.conntrackAllowanceExceeded());
        put(METRICS.get(4), stats.linklocalAllowanceExceeded());
    }

    private void take(SrdStats stats) {
        gauges.put("ena_srd_mode", stats.flags());
        put("ena_srd_tx_pkts", stats.txPackets());
        put("ena_srd_eligible_tx_pkts", stats.eligibleTxPackets());
        put("ena_srd_rx_pkts", stats.rxPackets());
        gauges.put("ena_srd_resource_utilization", stats.resourceUtilization());
    }

    /** Values come in the order of their bits, those that were not asked for left out. */
    private void fetchMetrics() {
        ControlBuffer control = new ControlBuffer(metricsBuffer.iova(), GetStats.METRICS_BUFFER_BYTES);
        if (ask(GetStats.TYPE_CUSTOMER_METRICS, supportedMetrics, control, (from, at) -> true).isEmpty()) {
            return;
        }
        long at = 0;
        for (int bit = 0; bit < METRICS.size(); bit++) {
            if ((supportedMetrics >>> bit & 1) == 0) {
                continue;
            }
            long value = metricsBuffer.getLong(at);
            at += Long.BYTES;
            if (bit == GetStats.METRIC_CONNTRACK_ALLOWANCE_AVAILABLE) {
                gauges.put(METRICS.get(bit), value);
            } else {
                put(METRICS.get(bit), value);
            }
        }
    }

    /** The counts of allowances that were exceeded, by name; empty if the device does not tell. */
    Map<String, Long> allowances() {
        Map<String, Long> all = new LinkedHashMap<>();
        METRICS.stream().filter(sums::containsKey).forEach(name -> all.put(name, sum(name)));
        return all;
    }

    /**
     * Everything, freshly asked for: allowances and SRD under the names of Linux's driver, basic counts under those of
     * FreeBSD's.
     */
    void report(Map<String, Long> all) {
        refresh();
        for (String name : METRICS) {
            if (sums.containsKey(name)) {
                all.put(name, sum(name));
            } else if (gauges.containsKey(name)) {
                all.put(name, gauges.get(name));
            }
        }
        for (String name : List.of("ena_srd_mode", "ena_srd_tx_pkts", "ena_srd_eligible_tx_pkts", "ena_srd_rx_pkts",
            "ena_srd_resource_utilization")) {
            if (gauges.containsKey("ena_srd_mode")) {
                all.put(name, gauges.containsKey(name) ? gauges.get(name) : sum(name));
            }
        }
        for (String name : COUNTED_SINCE_RESET) {
            all.put("hw_" + name, sum(name));
        }
    }

    /** Frees the buffer; the device has been reset. */
    @Override
    public void close() {
        metricsBuffer.close();
    }
}
