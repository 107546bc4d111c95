package org.netdev4j.backend.ena;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.Link;
import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.LinkConfig;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.spi.DeviceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the events that the device reports [AMZN ena_netdev.c, aenq_handlers]. They touch no queue, so that
 * they may come at any moment.
 */
final class DeviceEvents implements Aenq.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceEvents.class);

    // Syndromes of notifications that older devices send [AMZN ena_admin_defs.h of 1.x]; the driver only stops watching
    // meanwhile.
    private static final int SUSPEND = 0;
    private static final int RESUME = 1;

    private final DeviceContext context;
    private final DeviceStatistics statistics;
    private final Watchdog watchdog;
    private final ResetTrigger trigger;
    private final HintsTaker hints;
    // Codes of remarks that the device made on the configuration.
    private final Set<Integer> remarks = new ConcurrentSkipListSet<>();
    private volatile boolean linkUp;
    private volatile int speedMbps;
    private volatile boolean fullDuplex;

    /** Who takes new hints. */
    @FunctionalInterface
    interface HintsTaker {
        void take(HwHints hints);
    }

    DeviceEvents(DeviceContext context, DeviceStatistics statistics, Watchdog watchdog, ResetTrigger trigger,
                 HintsTaker hints) {
        this.context = context;
        this.statistics = statistics;
        this.watchdog = watchdog;
        this.trigger = trigger;
        this.hints = hints;
    }

    /** Events that the driver wants: all. */
    static int wantedGroups() {
        int groups = 0;
        for (AenqGroup group : AenqGroup.values()) {
            groups |= group.bit();
        }
        return groups;
    }

    @Override
    public void on(AenqGroup group, Memory entry) {
        if (group == null) {
            LOG.debug("{}: event of unknown group {}", context.device(), AenqEntry.group(entry, 0));
            return;
        }
        switch (group) {
            case LINK_CHANGE -> link((AenqEntry.linkFlags(entry, 0) & AenqEntry.LINK_UP) != 0);
            case KEEP_ALIVE -> {
                watchdog.keepAlive();
                statistics.keepAlive(AenqEntry.rxDrops(entry, 0), AenqEntry.txDrops(entry, 0),
                    AenqEntry.rxOverruns(entry, 0));
            }
            case NOTIFICATION -> notification(AenqEntry.syndrome(entry, 0), entry);
            case CONF_NOTIFICATIONS -> remark(AenqEntry.confNotifications(entry, 0));
            case WARNING -> LOG.warn("{}: the device warns: syndrome {}", context.device(), AenqEntry.syndrome(entry, 0));
            case FATAL_ERROR -> trigger.raise(ResetReason.GENERIC,
                "the device reports a fatal error: syndrome " + AenqEntry.syndrome(entry, 0));
            case DEVICE_REQUEST_RESET -> trigger.raise(ResetReason.DEVICE_REQUEST, "the device asks for a reset");
            case REFRESH_CAPABILITIES -> trigger.raise(ResetReason.DEVICE_REQUEST,
                "the device's capabilities have changed; it has to be set up anew");
        }
    }

    private void notification(int syndrome, Memory entry) {
        switch (syndrome) {
            case AenqEntry.UPDATE_HINTS -> hints.take(HwHints.read(entry, AenqEntry.PAYLOAD));
            case SUSPEND -> {
                statistics.counters().add(EnaCounters.Name.SUSPEND);
                watchdog.suspended();
            }
            case RESUME -> {
                statistics.counters().add(EnaCounters.Name.RESUME);
                watchdog.resumed();
            }
            default -> LOG.debug("{}: notification of unknown syndrome {}", context.device(), syndrome);
        }
    }

    private void remark(long bitmap) {
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bitmap >>> bit & 1) != 0) {
                remarks.add(bit + 1);
            }
        }
    }

    private void link(boolean up) {
        if (linkUp != up) {
            linkUp = up;
            context.post(new DeviceEvent.LinkChanged(link()));
        }
    }

    /** What the device tells of the link besides that it is up. */
    void linkConfig(LinkConfig config) {
        speedMbps = Math.max(0, config.speedMbps());
        fullDuplex = (config.flags() & LinkConfig.DUPLEX) != 0;
    }

    /** The link is down until the device says otherwise: it has been reset. */
    void forgetLink() {
        link(false);
    }

    /** The link as the device last reported it. */
    Link link() {
        return linkUp ? new Link(true, speedMbps, fullDuplex) : Link.DOWN;
    }

    /** Codes of the device's remarks on the configuration. */
    Set<Integer> remarks() {
        return remarks;
    }
}
