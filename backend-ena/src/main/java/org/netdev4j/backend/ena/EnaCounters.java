package org.netdev4j.backend.ena;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.netdev4j.backend.ena.spec.ResetReason;

/**
 * What the driver counts of the device as a whole, under the names of Linux's driver [AMZN ena_ethtool.c,
 * ena_stats_global_strings]. Survives resets. Thread-safe.
 */
final class EnaCounters {
    private final AtomicLongArray values = new AtomicLongArray(Name.values().length);

    /** Names in the order in which ethtool shows them; in lower case. */
    enum Name {
        TOTAL_RESETS, RESET_FAIL, TX_TIMEOUT, WD_EXPIRED, ADMIN_Q_PAUSE, BAD_TX_REQ_ID, BAD_RX_REQ_ID, BAD_RX_DESC_NUM,
        MISSING_INTR,
        SUSPECTED_POLL_STARVATION, MISSING_TX_CMPL, RX_DESC_MALFORMED, TX_DESC_MALFORMED, INVALID_STATE, OS_NETDEV_WD,
        MISSING_ADMIN_INTERRUPT, ADMIN_TO, DEVICE_REQUEST_RESET, MISSING_FIRST_INTR, SUSPEND, RESUME, INTERFACE_DOWN,
        INTERFACE_UP;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void add(Name name) {
        values.incrementAndGet(name.ordinal());
    }

    long get(Name name) {
        return values.get(name.ordinal());
    }

    /** Counts a reset by its reason, if that has a counter [AMZN ena_netdev.c, resets_to_stats_offset_map]. */
    void count(ResetReason reason) {
        Name name = switch (reason) {
            case KEEP_ALIVE_TO -> Name.WD_EXPIRED;
            case ADMIN_TO -> Name.ADMIN_TO;
            case MISS_TX_CMPL -> Name.MISSING_TX_CMPL;
            case INV_RX_REQ_ID -> Name.BAD_RX_REQ_ID;
            case INV_TX_REQ_ID -> Name.BAD_TX_REQ_ID;
            case TOO_MANY_RX_DESCS -> Name.BAD_RX_DESC_NUM;
            case DRIVER_INVALID_STATE -> Name.INVALID_STATE;
            case OS_NETDEV_WD -> Name.OS_NETDEV_WD;
            case MISS_INTERRUPT -> Name.MISSING_INTR;
            case SUSPECTED_POLL_STARVATION -> Name.SUSPECTED_POLL_STARVATION;
            case RX_DESCRIPTOR_MALFORMED -> Name.RX_DESC_MALFORMED;
            case TX_DESCRIPTOR_MALFORMED -> Name.TX_DESC_MALFORMED;
            case MISSING_ADMIN_INTERRUPT -> Name.MISSING_ADMIN_INTERRUPT;
            case DEVICE_REQUEST -> Name.DEVICE_REQUEST_RESET;
            case MISS_FIRST_INTERRUPT -> Name.MISSING_FIRST_INTR;
            case NORMAL, INIT_ERR, OS_TRIGGER, SHUTDOWN, USER_TRIGGER, GENERIC -> null;
        };
        if (name != null) {
            add(name);
        }
    }

    /** Adds all to a table. */
    void report(Map<String, Long> all) {
        for (Name name : Name.values()) {
            all.put(name.label(), get(name));
        }
    }
}
