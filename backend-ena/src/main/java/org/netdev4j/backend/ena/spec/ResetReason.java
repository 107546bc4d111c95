package org.netdev4j.backend.ena.spec;

/** Why a driver resets the device; it tells the device so [AMZN ena_regs_defs.h, enum ena_regs_reset_reason_types]. */
public enum ResetReason {
    /** The first reset, or one for no fault. */
    NORMAL(0),
    /** No keep-alive event came in time. */
    KEEP_ALIVE_TO(1),
    /** The admin queue stopped answering. */
    ADMIN_TO(2),
    /** Transmit completions never came. */
    MISS_TX_CMPL(3),
    /** A receive completion named a wrong buffer. */
    INV_RX_REQ_ID(4),
    /** A transmit completion named a wrong packet. */
    INV_TX_REQ_ID(5),
    /** A received packet had more buffers than allowed. */
    TOO_MANY_RX_DESCS(6),
    /** The device could not be set up. */
    INIT_ERR(7),
    /** The driver lost track of itself. */
    DRIVER_INVALID_STATE(8),
    /** The system asked for it. */
    OS_TRIGGER(9),
    /** The system's watchdog asked for it. */
    OS_NETDEV_WD(10),
    /** The system shuts down. */
    SHUTDOWN(11),
    /** A person asked for it. */
    USER_TRIGGER(12),
    /** For reasons that an older device has no number for. */
    GENERIC(13),
    /** Completions came, and no interrupt. */
    MISS_INTERRUPT(14),
    /** Completions wait, and nobody polls. */
    SUSPECTED_POLL_STARVATION(15),
    /** A receive completion makes no sense. */
    RX_DESCRIPTOR_MALFORMED(16),
    /** A transmit completion makes no sense. */
    TX_DESCRIPTOR_MALFORMED(17),
    /** Admin completions or events came, and no interrupt. */
    MISSING_ADMIN_INTERRUPT(18),
    /** The device asked for it. */
    DEVICE_REQUEST(19),
    /** A queue never had its first interrupt. */
    MISS_FIRST_INTERRUPT(20);

    private static final ResetReason[] BY_CODE = new ResetReason[21];

    static {
        for (ResetReason each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    private final int code;

    ResetReason(int code) {
        this.code = code;
    }

    /** Its number. */
    public int code() {
        return code;
    }

    /** The one with a number, or null if there is none. */
    public static ResetReason of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }
}
