package org.netdev4j.backend.ena.spec;

/** How an admin command ended [AMZN ena_admin_defs.h, enum ena_admin_aq_completion_status]. */
public enum AdminStatus {
    /** Done. */
    SUCCESS(0),
    /** The device has no more of it. */
    RESOURCE_ALLOCATION_FAILURE(1),
    /** There is no such command. */
    BAD_OPCODE(2),
    /** This device has no such command or feature. */
    UNSUPPORTED_OPCODE(3),
    /** The command is not well formed. */
    MALFORMED_REQUEST(4),
    /** A parameter is out of range; the extended status may say more. */
    ILLEGAL_PARAMETER(5),
    /** Something else. */
    UNKNOWN_ERROR(6),
    /** Not now. */
    RESOURCE_BUSY(7);

    private static final AdminStatus[] BY_CODE = new AdminStatus[8];

    static {
        for (AdminStatus each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    private final int code;

    AdminStatus(int code) {
        this.code = code;
    }

    /** Its number. */
    public int code() {
        return code;
    }

    /** The one with a number, or null if there is none. */
    public static AdminStatus of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }
}
