package org.netdev4j.backend.ena;

import java.util.Locale;
import java.util.Optional;
import org.netdev4j.backend.ena.EnaOptions.LlqPolicy;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.LlqConfig;

/**
 * Chooses what low-latency queues are to look like, of what the device offers [AMZN ena_netdev.c,
 * ena_set_llq_configurations; ena_com.c, ena_com_config_llq_info].
 *
 * @param offered what the device offers; empty if it has none
 * @param plan    what was agreed; empty for descriptors in host memory
 * @param remark  why descriptors go to host memory; empty if they do not, or because that was asked for
 */
record LlqChooser(Optional<LlqConfig> offered, Optional<LlqPlan> plan, String remark) {
    private static final int LEGACY_VERSION = 0;

    /**
     * Negotiates.
     *
     * @param memoryBar true if the function has BAR 2
     * @throws EnaFault if the user insists on what cannot be
     */
    static LlqChooser negotiate(FeatureClient features, LlqPolicy policy, boolean memoryBar) {
        Optional<LlqConfig> offered = ask(features);
        if (policy == LlqPolicy.OFF) {
            return new LlqChooser(offered, Optional.empty(), "");
        }
        String obstacle = obstacle(offered, policy, memoryBar);
        if (!obstacle.isEmpty()) {
            return without(offered, policy, obstacle);
        }
        LlqConfig choice = choose(offered.get(), policy);
        try {
            features.set(FeatureId.LLQ, LEGACY_VERSION, choice::write);
        } catch (AdminFailure e) {
            if (e.silent()) {
                throw e;
            }
            return without(offered, policy, e.getMessage());
        }
        return new LlqChooser(offered, Optional.of(plan(offered.get(), choice)), "");
    }

    /** The current version of the feature, or, of older devices, the one before. */
    private static Optional<LlqConfig> ask(FeatureClient features) {
        Optional<LlqConfig> current = features.find(FeatureId.LLQ, LlqConfig.VERSION, LlqConfig::read);
        return current.isPresent() ? current : features.find(FeatureId.LLQ, LEGACY_VERSION, LlqConfig::read);
    }

    private static LlqChooser without(Optional<LlqConfig> offered, LlqPolicy policy, String obstacle) {
        if (policy != LlqPolicy.RECOMMENDED) {
            throw new EnaFault("llq_policy=" + policy.name().toLowerCase(Locale.ROOT) + " cannot be had: " + obstacle
                + "; use llq_policy=recommended or llq_policy=off");
        }
        return new LlqChooser(offered, Optional.empty(), obstacle);
    }

    /** Why there can be no low-latency queues; empty if there can. */
    private static String obstacle(Optional<LlqConfig> offered, LlqPolicy policy, boolean memoryBar) {
        if (offered.isEmpty() || offered.get().maxLlqNum() == 0) {
            return "the device offers no low-latency queues";
        }
        LlqConfig llq = offered.get();
        if (!memoryBar) {
            return "the device offers low-latency queues but has no memory BAR for them";
        }
        if ((llq.headerLocationSupported() & LlqConfig.HEADER_INLINE) == 0) {
            return "the device takes no headers inside entries";
        }
        if (stride(llq) == 0 || entrySize(llq, policy) == 0 || descsBeforeHeader(llq) == 0) {
            return "the device offers no form of entries that an ENA has: strides " + llq.strideSupported()
                + ", entry sizes "
                + llq.entrySizeSupported() + ", descriptors before the header " + llq.descsBeforeHeaderSupported();
        }
        if (policy == LlqPolicy.WIDE && (llq.entrySizeSupported() & LlqConfig.ENTRY_256) == 0) {
            return "the device has no entries of 256 bytes";
        }
        if (policy == LlqPolicy.NORMAL && (llq.entrySizeSupported() & LlqConfig.ENTRY_128) == 0) {
            return "the device has no entries of 128 bytes";
        }
        if (headerRoom(llq, policy) <= 0) {
            return "entries of " + LlqConfig.entryBytes(entrySize(llq, policy)) + " bytes have no room for a header behind "
                + descsBeforeHeader(llq) + " descriptors";
        }
        return "";
    }

    private static int headerRoom(LlqConfig llq, LlqPolicy policy) {
        return LlqConfig.entryBytes(entrySize(llq, policy)) - 16 * descsBeforeHeader(llq);
    }

    private static int stride(LlqConfig llq) {
        return first(llq.strideSupported(), LlqConfig.STRIDE_MULTIPLE, LlqConfig.STRIDE_SINGLE);
    }

    private static int descsBeforeHeader(LlqConfig llq) {
        return first(llq.descsBeforeHeaderSupported(), 2, 1, 4, 8);
    }

    private static int entrySize(LlqConfig llq, LlqPolicy policy) {
        boolean wide = policy == LlqPolicy.WIDE
            || policy == LlqPolicy.RECOMMENDED && llq.entrySizeRecommended() == LlqConfig.ENTRY_256;
        return wide ? first(llq.entrySizeSupported(), LlqConfig.ENTRY_256, LlqConfig.ENTRY_128, LlqConfig.ENTRY_192)
            : first(llq.entrySizeSupported(), LlqConfig.ENTRY_128, LlqConfig.ENTRY_192, LlqConfig.ENTRY_256);
    }

    /** The first of the bits that is supported, or 0. */
    private static int first(int supported, int... wanted) {
        for (int bit : wanted) {
            if ((supported & bit) != 0) {
                return bit;
            }
        }
        return 0;
    }

    private static LlqConfig choose(LlqConfig llq, LlqPolicy policy) {
        // All drivers ask for both, whatever the device offers; what it does not offer does not come into force [AMZN
        // ena_com.c, ena_com_set_llq].
        int accel = LlqConfig.ACCEL_DISABLE_META_CACHING | LlqConfig.ACCEL_LIMIT_TX_BURST;
        return new LlqConfig(0, 0, 0, LlqConfig.HEADER_INLINE, 0, entrySize(llq, policy), 0, descsBeforeHeader(llq), 0,
            stride(llq), 0, 0, 0, accel, 0);
    }

    private static LlqPlan plan(LlqConfig offered, LlqConfig choice) {
        int entryBytes = LlqConfig.entryBytes(choice.entrySizeEnabled());
        boolean limited = (offered.accelFlags() & LlqConfig.ACCEL_LIMIT_TX_BURST) != 0;
        return new LlqPlan(entryBytes, choice.descsBeforeHeaderEnabled(),
            choice.strideEnabled() == LlqConfig.STRIDE_MULTIPLE,
            (offered.accelFlags() & LlqConfig.ACCEL_DISABLE_META_CACHING) != 0,
            limited ? offered.maxTxBurstSize() / entryBytes : 0);
    }
}
