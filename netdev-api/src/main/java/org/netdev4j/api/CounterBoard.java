package org.netdev4j.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counters of all queues that a device ever had, and the sums over them. On the control path, one call at a time. */
final class CounterBoard {
    /** What is put before the name of a driver's statistic that has the name of a general one. */
    static final String CLASH_PREFIX = "driver_";

    private final List<QueueCounters> rx = new ArrayList<>();
    private final List<QueueCounters> tx = new ArrayList<>();
    // What the device had counted before resets that made it start from zero.
    private final Map<String, Long> lost = new HashMap<>();
    private long missedLost;
    private Statistics zero = Statistics.ZERO;
    private Map<String, Long> zeroExtended = Map.of();

    /** What a driver's own counters say now; a copy, since drivers may change their map. */
    record Device(long missed, Map<String, Long> extended) {
        Device {
            extended = new LinkedHashMap<>(extended);
        }
    }

    QueueCounters rx(int index) {
        return at(rx, index);
    }

    QueueCounters tx(int index) {
        return at(tx, index);
    }

    private static QueueCounters at(List<QueueCounters> list, int index) {
        while (list.size() <= index) {
            list.add(new QueueCounters());
        }
        return list.get(index);
    }

    /** Keeps what a reset of the device took from its counters. */
    void deviceWasReset(Device before, Device after) {
        if (after.missed() < before.missed()) {
            missedLost += before.missed();
        }
        before.extended().forEach((name, value) -> {
            if (after.extended().getOrDefault(name, 0L) < value) {
                lost.merge(name, value, Long::sum);
            }
        });
    }

    Statistics statistics(long missedByDevice) {
        return total(missedByDevice).since(zero);
    }

    private Statistics total(long missedByDevice) {
        long ipackets = 0;
        long ibytes = 0;
        long ierrors = 0;
        long noBuffer = 0;
        long missed = missedByDevice + missedLost;
        for (QueueCounters queue : rx) {
            ipackets += queue.packets;
            ibytes += queue.bytes;
            ierrors += queue.errors;
            missed += queue.missed;
            noBuffer += queue.noBuffer;
        }
        long opackets = 0;
        long obytes = 0;
        long oerrors = 0;
        for (QueueCounters queue : tx) {
            opackets += queue.packets;
            obytes += queue.bytes;
            oerrors += queue.errors;
        }
        return new Statistics(ipackets, opackets, ibytes, obytes, missed, ierrors, oerrors, noBuffer);
    }

    Map<String, Long> extended(Device device) {
        Map<String, Long> all = raw(device);
        all.replaceAll((name, value) -> value - zeroExtended.getOrDefault(name, 0L));
        return all;
    }

    void clear(Device device) {
        zero = total(device.missed());
        zeroExtended = raw(device);
    }

    /**
     * DPDK's generic names first [DPDK lib/ethdev/rte_ethdev.c, eth_dev_stats_strings, 38f72e50], then queues, then
     * the driver's.
     */
    private Map<String, Long> raw(Device device) {
        Statistics sum = total(device.missed());
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("rx_good_packets", sum.ipackets());
        all.put("tx_good_packets", sum.opackets());
        all.put("rx_good_bytes", sum.ibytes());
        all.put("tx_good_bytes", sum.obytes());
        all.put("rx_missed_errors", sum.imissed());
        all.put("rx_errors", sum.ierrors());
        all.put("tx_errors", sum.oerrors());
        all.put("rx_mbuf_allocation_errors", sum.rxNombuf());
        for (int i = 0; i < rx.size(); i++) {
            QueueCounters queue = rx.get(i);
            all.put("rx_q" + i + "_packets", queue.packets);
            all.put("rx_q" + i + "_bytes", queue.bytes);
            all.put("rx_q" + i + "_errors", queue.errors);
            all.put("rx_q" + i + "_missed", queue.missed);
            all.put("rx_q" + i + "_no_buffer", queue.noBuffer);
            all.put("rx_q" + i + "_doorbells", queue.doorbells);
            all.put("rx_q" + i + "_interrupts", queue.interrupts);
        }
        for (int i = 0; i < tx.size(); i++) {
            QueueCounters queue = tx.get(i);
            all.put("tx_q" + i + "_packets", queue.packets);
            all.put("tx_q" + i + "_bytes", queue.bytes);
            all.put("tx_q" + i + "_errors", queue.errors);
            all.put("tx_q" + i + "_full", queue.full);
            all.put("tx_q" + i + "_doorbells", queue.doorbells);
        }
        device.extended().forEach((name, value) -> {
            String unique = all.containsKey(name) ? CLASH_PREFIX + name : name;
            all.put(unique, value + lost.getOrDefault(name, 0L));
        });
        return all;
    }
}
