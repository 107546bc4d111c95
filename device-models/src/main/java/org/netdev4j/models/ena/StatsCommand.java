package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.BasicStats;
import org.netdev4j.backend.ena.spec.EniStats;
import org.netdev4j.backend.ena.spec.GetStats;
import org.netdev4j.backend.ena.spec.SrdStats;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.models.ena.io.IoCounters;
import org.netdev4j.platform.memory.Memory;

/**
 * GET_STATS. Drivers leave scope, queue and device at zero and mean the whole device [AMZN ena_com.c,
 * ena_get_dev_stats], so these count for nothing. The statistics that are text (type 1) are asked for by no driver,
 * and refused.
 */
final class StatsCommand {
    private final EnaConfig config;
    private final EnaIo io;

    StatsCommand(EnaConfig config, EnaIo io) {
        this.config = config;
        this.io = io;
    }

    AdminStatus execute(AdminRequest request) {
        GetStats wanted = GetStats.read(request.entry, 0);
        IoCounters c = io.counters();
        switch (wanted.type()) {
            case GetStats.TYPE_BASIC -> {
                request.say("basic");
                new BasicStats(c.txBytes, c.txPackets, c.rxBytes, c.rxPackets, c.rxDrops, c.txDrops, c.rxOverruns)
                    .write(request.reply, AdminCompletion.PAYLOAD);
                return AdminStatus.SUCCESS;
            }
            case GetStats.TYPE_ENI -> {
                request.say("ENI");
                if (!config.is(EnaKey.ENI_STATS)) {
                    return AdminStatus.UNSUPPORTED_OPCODE;
                }
                new EniStats(c.bwInExceeded, c.bwOutExceeded, c.ppsExceeded, 0, c.linkLocalExceeded)
                    .write(request.reply, AdminCompletion.PAYLOAD);
                return AdminStatus.SUCCESS;
            }
            case GetStats.TYPE_ENA_SRD -> {
                request.say("SRD");
                if (!config.is(EnaKey.SRD)) {
                    return AdminStatus.UNSUPPORTED_OPCODE;
                }
                // The device has SRD and does not use it: every packet is eligible, none goes that way.
                new SrdStats(0, 0, c.txPackets, 0, 0).write(request.reply, AdminCompletion.PAYLOAD);
                return AdminStatus.SUCCESS;
            }
            case GetStats.TYPE_CUSTOMER_METRICS -> {
                return metrics(request, wanted.requestedMetrics(), c);
            }
            default -> {
                request.say("type " + wanted.type());
                return AdminStatus.UNSUPPORTED_OPCODE;
            }
        }
    }

    // Without a buffer the command asks which metrics there are; with one, their values follow each other there in
    // the order of their bits [AMZN ena_com.c, ena_com_set_supported_customer_metrics, ena_com_get_customer_metrics;
    // ena_ethtool.c].
    private AdminStatus metrics(AdminRequest request, long requested, IoCounters c) {
        long offered = config.get(EnaKey.METRICS);
        if (offered == 0) {
            request.say("customer metrics");
            return AdminStatus.UNSUPPORTED_OPCODE;
        }
        long reported = requested == 0 ? offered : requested & offered;
        request.say("customer metrics 0x" + Long.toHexString(requested) + (request.hasControlBuffer() ? "" : " (which)"));
        request.reply.putLong(AdminCompletion.PAYLOAD, reported);
        if (!request.hasControlBuffer()) {
            return AdminStatus.SUCCESS;
        }
        int bytes = Long.bitCount(reported) * Long.BYTES;
        if (bytes == 0 || !request.hasControl(bytes)) {
            return AdminStatus.MALFORMED_REQUEST;
        }
        long[] values = {c.bwInExceeded, c.bwOutExceeded, c.ppsExceeded, 0, c.linkLocalExceeded,
            config.get(EnaKey.CONNTRACK)};
        try (Memory buffer = Memory.allocate("ENA model: customer metrics", bytes)) {
            long at = 0;
            for (int bit = 0; bit < values.length; bit++) {
                if ((reported >>> bit & 1) != 0) {
                    buffer.putLong(at, values[bit]);
                    at += Long.BYTES;
                }
            }
            return Features.reached(request.writeControl(buffer, bytes));
        }
    }
}
