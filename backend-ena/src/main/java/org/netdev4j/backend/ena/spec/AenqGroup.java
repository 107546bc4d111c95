package org.netdev4j.backend.ena.spec;

/** Kinds of events [AMZN ena_admin_defs.h, enum ena_admin_aenq_group]. */
public enum AenqGroup {
    /** The link went up or down. */
    LINK_CHANGE(0),
    /** The device cannot go on. */
    FATAL_ERROR(1),
    /** Something to know. */
    WARNING(2),
    /** New hints: {@link HwHints}. */
    NOTIFICATION(3),
    /** The device is alive, with its drop counters. */
    KEEP_ALIVE(4),
    /** Capabilities have changed. */
    REFRESH_CAPABILITIES(5),
    /** Remarks on the configuration: a bit each. */
    CONF_NOTIFICATIONS(6),
    /** The device wants to be reset. */
    DEVICE_REQUEST_RESET(7);

    private static final AenqGroup[] BY_CODE = new AenqGroup[8];

    static {
        for (AenqGroup each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    private final int code;

    AenqGroup(int code) {
        this.code = code;
    }

    /** Its number. */
    public int code() {
        return code;
    }

    /** The one with a number, or null if there is none. */
    public static AenqGroup of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }

    /** Its bit in {@link AenqConfig}. */
    public int bit() {
        return 1 << code;
    }
}
