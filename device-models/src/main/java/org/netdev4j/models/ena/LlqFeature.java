package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.LlqConfig;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.models.ena.io.EnaSettings;

/**
 * Low-latency queues: what the device offers and what the driver has chosen [AMZN ena_com.c, ena_com_config_llq_info,
 * ena_com_set_llq]. A driver chooses one bit of each list. It asks for both acceleration flags whatever the device
 * offers; those that are offered come into force.
 */
final class LlqFeature implements Feature {
    private final EnaConfig config;
    private final EnaSettings settings;
    private LlqConfig chosen;

    LlqFeature(EnaConfig config, EnaSettings settings) {
        this.config = config;
        this.settings = settings;
        reset();
    }

    /** True if the driver has chosen a form: queues in device memory can be made. */
    boolean configured() {
        return settings.llqEntryBytes != 0;
    }

    @Override
    public void reset() {
        chosen = new LlqConfig(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        settings.llqEntryBytes = 0;
        settings.llqDescsBeforeHeader = 0;
        settings.llqMultipleStride = false;
        settings.metaCachingDisabled = false;
        settings.llqBurstEntries = 0;
    }

    private int accelFlags() {
        return (config.is(EnaKey.LLQ_META_CACHING) ? 0 : LlqConfig.ACCEL_DISABLE_META_CACHING)
            | (config.is(EnaKey.LLQ_BURST) ? LlqConfig.ACCEL_LIMIT_TX_BURST : 0);
    }

    @Override
    public AdminStatus get(AdminRequest request) {
        // Each side names the newest version that it knows; the older of the two is spoken.
        int version = Math.min(config.number(EnaKey.LLQ_VERSION), request.featureVersion());
        boolean newer = version >= LlqConfig.VERSION;
        LlqConfig enabled = Features.wantsDefault(request)
            ? new LlqConfig(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) : chosen;
        new LlqConfig(config.number(EnaKey.QUEUES), config.number(EnaKey.LLQ_DEPTH),
            config.number(EnaKey.LLQ_HEADER), enabled.headerLocationEnabled(),
            config.number(EnaKey.LLQ_ENTRIES), enabled.entrySizeEnabled(),
            config.number(EnaKey.LLQ_DESCS), enabled.descsBeforeHeaderEnabled(),
            config.number(EnaKey.LLQ_STRIDE), enabled.strideEnabled(), version,
            newer ? config.number(EnaKey.LLQ_RECOMMENDED) : 0, newer ? config.number(EnaKey.LLQ_WIDE_DEPTH) : 0,
            accelFlags(), config.number(EnaKey.LLQ_BURST)).write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    @Override
    public AdminStatus set(AdminRequest request) {
        LlqConfig wanted = LlqConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
        int entryBytes = LlqConfig.entryBytes(wanted.entrySizeEnabled());
        request.say("LLQ entry=" + entryBytes + " descs=" + wanted.descsBeforeHeaderEnabled() + " stride="
            + wanted.strideEnabled() + " header=" + wanted.headerLocationEnabled() + " accel=" + wanted.accelFlags());
        // A header ring has no stride and no descriptors in front of it; the data side has only headers in the entry.
        if (wanted.headerLocationEnabled() != LlqConfig.HEADER_INLINE
            || !oneOf(wanted.headerLocationEnabled(), EnaKey.LLQ_HEADER)
            || !oneOf(wanted.entrySizeEnabled(), EnaKey.LLQ_ENTRIES)
            || !oneOf(wanted.descsBeforeHeaderEnabled(), EnaKey.LLQ_DESCS)
            || !oneOf(wanted.strideEnabled(), EnaKey.LLQ_STRIDE)
            || wanted.descsBeforeHeaderEnabled() * TxDescriptor.BYTES >= entryBytes) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        chosen = wanted;
        int accel = wanted.accelFlags() & accelFlags();
        settings.llqEntryBytes = entryBytes;
        settings.llqDescsBeforeHeader = wanted.descsBeforeHeaderEnabled();
        settings.llqMultipleStride = wanted.strideEnabled() == LlqConfig.STRIDE_MULTIPLE;
        settings.metaCachingDisabled = (accel & LlqConfig.ACCEL_DISABLE_META_CACHING) != 0;
        settings.llqBurstEntries = (accel & LlqConfig.ACCEL_LIMIT_TX_BURST) != 0
            ? config.number(EnaKey.LLQ_BURST) / entryBytes : 0;
        return AdminStatus.SUCCESS;
    }

    private boolean oneOf(int value, EnaKey offered) {
        return Integer.bitCount(value) == 1 && (value & config.number(offered)) != 0;
    }
}
