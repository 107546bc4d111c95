package org.netdev4j.backend.ena.spec;

/** Admin commands [AMZN ena_admin_defs.h, enum ena_admin_aq_opcode]. */
public enum AdminOpcode {
    /** Make a submission queue: {@link CreateSq}. */
    CREATE_SQ(1),
    /** End a submission queue. */
    DESTROY_SQ(2),
    /** Make a completion queue: {@link CreateCq}. */
    CREATE_CQ(3),
    /** End a completion queue. */
    DESTROY_CQ(4),
    /** Ask for a {@link FeatureId}. */
    GET_FEATURE(8),
    /** Set a {@link FeatureId}. */
    SET_FEATURE(9),
    /** Ask for statistics: {@link GetStats}. */
    GET_STATS(11);

    private static final AdminOpcode[] BY_CODE = new AdminOpcode[12];

    static {
        for (AdminOpcode each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    private final int code;

    AdminOpcode(int code) {
        this.code = code;
    }

    /** Its number. */
    public int code() {
        return code;
    }

    /** The one with a number, or null if there is none. */
    public static AdminOpcode of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }
}
