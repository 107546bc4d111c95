package org.netdev4j.backend.ena.spec;

/** What GET_FEATURE and SET_FEATURE are about [AMZN ena_admin_defs.h, enum ena_admin_aq_feature_id]. */
public enum FeatureId {
    /** {@link DeviceAttributes}; the one feature that every device has. */
    DEVICE_ATTRIBUTES(1),
    /** {@link MaxQueues}. */
    MAX_QUEUES_NUM(2),
    /** {@link HwHints}. */
    HW_HINTS(3),
    /** {@link LlqConfig}. */
    LLQ(4),
    /** Names of extra properties: a count, and the names in the control buffer. */
    EXTRA_PROPERTIES_STRINGS(5),
    /** Which extra properties are on: a bit each. */
    EXTRA_PROPERTIES_FLAGS(6),
    /** {@link MaxQueuesExt}. */
    MAX_QUEUES_EXT(7),
    /** Let IP fragments pass their limit: a byte. */
    FRAG_BYPASS(8),
    /** {@link RssFunction}, with {@link RssKey} in the control buffer. */
    RSS_HASH_FUNCTION(10),
    /** {@link OffloadConfig}. */
    STATELESS_OFFLOAD_CONFIG(11),
    /** {@link RssTableConfig}, with the entries in the control buffer. */
    RSS_INDIRECTION_TABLE_CONFIG(12),
    /** The MTU without the Ethernet header: a word. */
    MTU(14),
    /** {@link RssInput}, with {@link RssFields} in the control buffer. */
    RSS_HASH_INPUT(18),
    /** {@link IntrModeration}. */
    INTERRUPT_MODERATION(20),
    /** {@link AenqConfig}. */
    AENQ_CONFIG(26),
    /** {@link LinkConfig}. */
    LINK_CONFIG(27),
    /** {@link HostAttributes}. */
    HOST_ATTR_CONFIG(28),
    /** {@link PhcConfig}. */
    PHC_CONFIG(29),
    /** {@link FlowSteering}, with {@link FlowRule} in the control buffer. */
    FLOW_STEERING_CONFIG(30),
    /** {@link HwTimestampConfig}. */
    HW_TIMESTAMP(31);

    private static final FeatureId[] BY_CODE = new FeatureId[32];

    static {
        for (FeatureId each : values()) {
            BY_CODE[each.code] = each;
        }
    }

    private final int code;

    FeatureId(int code) {
        this.code = code;
    }

    /** Its number. */
    public int code() {
        return code;
    }

    /** The one with a number, or null if there is none. */
    public static FeatureId of(int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }

    /** Its bit in {@link DeviceAttributes#supportedFeatures()}. */
    public int bit() {
        return 1 << code;
    }
}
