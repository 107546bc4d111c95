package org.netdev4j.backend.ena;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RssLimits;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.RssFields;
import org.netdev4j.backend.ena.spec.RssFunction;
import org.netdev4j.backend.ena.spec.RssInput;
import org.netdev4j.backend.ena.spec.RssKey;
import org.netdev4j.backend.ena.spec.RssTableConfig;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.DeviceContext;

/**
 * Receive-side scaling. Table, function and fields are three features, and a device may lack each: without a table
 * there is no RSS; without the others it hashes as it likes, and the driver says that they cannot be changed [AMZN
 * ena_netdev.c, ena_rss_init_default; ena_com.c].
 *
 * <p>For the control path, one call at a time.
 */
final class EnaRss implements AutoCloseable {
    private static final int TABLE_VERSION = 1;
    // [AMZN ena_com.h, ENA_MAX_INDIR_TABLE_LOG_SIZE]
    private static final int LARGEST_TABLE_LOG = 16;
    // With the key in reverse and this, the hash is the one that the world publishes vectors of [DPDK ena_rss.c].
    private static final int INITIAL_VALUE = 0;

    private final DmaMemory buffer;
    private final RssTableConfig table;
    private final Optional<RssFunction> function;
    // Supported fields by kind; empty if the device does not let them be chosen.
    private final Optional<int[]> supportedFields;

    private EnaRss(DmaMemory buffer, RssTableConfig table, Optional<RssFunction> function, Optional<int[]> supportedFields) {
        this.buffer = buffer;
        this.table = table;
        this.function = function;
        this.supportedFields = supportedFields;
    }

    /** Asks what the device has; empty if it has no table. */
    static Optional<EnaRss> negotiate(FeatureClient features, DeviceContext context) {
        Optional<RssTableConfig> table = features.find(FeatureId.RSS_INDIRECTION_TABLE_CONFIG, TABLE_VERSION,
            RssTableConfig::read);
        if (table.isEmpty()) {
            return Optional.empty();
        }
        int log = table.get().maxSize();
        if (log > LARGEST_TABLE_LOG || table.get().minSize() > log) {
            throw new EnaFault("it claims RSS tables of 2^" + table.get().minSize() + " to 2^" + log
                + " entries; an ENA has at most 2^"
                + LARGEST_TABLE_LOG);
        }
        long bytes = Math.max(RssFields.BUFFER_BYTES, (long) RssTableConfig.ENTRY_BYTES << log);
        DmaMemory buffer = context.dma().allocate("RSS control buffer", bytes, 4096);
        boolean done = false;
        try {
            EnaRss rss = new EnaRss(buffer, table.get(), askFunction(features, buffer), askFields(features, buffer));
            done = true;
            return Optional.of(rss);
        } finally {
            if (!done) {
                buffer.close();
            }
        }
    }

    private static Optional<RssFunction> askFunction(FeatureClient features, DmaMemory buffer) {
        return features.find(FeatureId.RSS_HASH_FUNCTION, 0, new ControlBuffer(buffer.iova(), RssKey.BUFFER_BYTES),
            RssFunction::read)
            .filter(answer -> !functions(answer).isEmpty());
    }

    private static Optional<int[]> askFields(FeatureClient features, DmaMemory buffer) {
        buffer.fill(0, RssFields.BUFFER_BYTES, (byte) 0);
        return features.find(FeatureId.RSS_HASH_INPUT, 0, new ControlBuffer(buffer.iova(), RssFields.BUFFER_BYTES),
            RssInput::read)
            .map(answer -> {
                int[] supported = new int[RssFields.DEFINED];
                for (int kind = 0; kind < supported.length; kind++) {
                    supported[kind] = RssFields.supported(buffer, 0, kind);
                }
                return supported;
            });
    }

    private static Set<HashFunction> functions(RssFunction answer) {
        EnumSet<HashFunction> able = EnumSet.noneOf(HashFunction.class);
        if ((answer.supported() & 1 << RssFunction.TOEPLITZ) != 0) {
            able.add(HashFunction.TOEPLITZ);
        }
        if ((answer.supported() & 1 << RssFunction.CRC32) != 0) {
            able.add(HashFunction.CRC32);
        }
        return able;
    }

    /** True if function and key can be set. */
    boolean canSetKey() {
        return function.isPresent();
    }

    /** True if the fields can be chosen. */
    boolean canSetFields() {
        return supportedFields.isPresent();
    }

    /** What the framework may ask for. */
    RssLimits limits() {
        Map<FlowType, Set<HashField>> fields = new EnumMap<>(FlowType.class);
        for (FlowType type : FlowType.values()) {
            fields.put(type, fields(supportedFields.map(able -> able[kind(type)]).orElse(standardFields(type))));
        }
        // A device whose function cannot be set has a key, too, which it tells nobody.
        return new RssLimits(canSetKey() ? RssKey.BYTES : 0, 1 << table.minSize(), 1 << table.maxSize(),
            function.map(EnaRss::functions).orElse(Set.of(HashFunction.TOEPLITZ)), fields);
    }

    /** What a device hashes that does not let it be chosen [AMZN ena_com.c, ena_com_set_default_hash_ctrl]. */
    private static int standardFields(FlowType type) {
        return switch (type) {
            case IPV4_TCP, IPV4_UDP, IPV6_TCP, IPV6_UDP -> RssFields.L3_L4;
            case IPV4, IPV6, IPV4_FRAGMENT -> RssFields.L3;
            case OTHER -> RssFields.L2;
        };
    }

    private static int kind(FlowType type) {
        return switch (type) {
            case IPV4_TCP -> RssFields.TCP4;
            case IPV4_UDP -> RssFields.UDP4;
            case IPV6_TCP -> RssFields.TCP6;
            case IPV6_UDP -> RssFields.UDP6;
            case IPV4 -> RssFields.IP4;
            case IPV6 -> RssFields.IP6;
            case IPV4_FRAGMENT -> RssFields.IP4_FRAG;
            case OTHER -> RssFields.NOT_IP;
        };
    }

    private static int bit(HashField field) {
        return switch (field) {
            case L2_DESTINATION -> RssFields.L2_DA;
            case L2_SOURCE -> RssFields.L2_SA;
            case L3_SOURCE -> RssFields.L3_SA;
            case L3_DESTINATION -> RssFields.L3_DA;
            case L4_SOURCE -> RssFields.L4_SP;
            case L4_DESTINATION -> RssFields.L4_DP;
        };
    }

    private static Set<HashField> fields(int bits) {
        EnumSet<HashField> set = EnumSet.noneOf(HashField.class);
        for (HashField field : HashField.values()) {
            if ((bits & bit(field)) != 0) {
                set.add(field);
            }
        }
        return set;
    }

    /**
     * Sets all of it.
     *
     * @param sqIndexes of the receive queues: the device's number of each, which the table holds instead of the
     *     driver's [AMZN
     *     ena_com.c, ena_com_ind_tbl_convert_to_device]
     */
    void apply(FeatureClient features, RssConfig config, int[] sqIndexes) {
        if (function.isPresent()) {
            RssKey.write(buffer, 0, config.key());
            int code = config.function() == HashFunction.TOEPLITZ ? RssFunction.TOEPLITZ : RssFunction.CRC32;
            features.set(FeatureId.RSS_HASH_FUNCTION, 0, new ControlBuffer(buffer.iova(), RssKey.BUFFER_BYTES),
                new RssFunction(0, 1 << code, INITIAL_VALUE)::write);
        }
        if (supportedFields.isPresent()) {
            writeFields(config);
            // Both are asked for, as by all drivers [AMZN ena_com.c, ena_com_set_hash_ctrl]; no device sorts because of it [AMZN-EC2].
            features.set(FeatureId.RSS_HASH_INPUT, 0, new ControlBuffer(buffer.iova(), RssFields.BUFFER_BYTES),
                new RssInput(0, RssInput.L3_SORT | RssInput.L4_SORT)::write);
        }
        int[] queues = config.table();
        for (int i = 0; i < queues.length; i++) {
            buffer.putInt((long) i * RssTableConfig.ENTRY_BYTES, sqIndexes[queues[i]]);
        }
        int log = Integer.numberOfTrailingZeros(queues.length);
        features.set(FeatureId.RSS_INDIRECTION_TABLE_CONFIG, 0,
            new ControlBuffer(buffer.iova(), queues.length * RssTableConfig.ENTRY_BYTES),
            new RssTableConfig(0, 0, log, 0, RssTableConfig.WHOLE_TABLE, 0)::write);
    }

    private void writeFields(RssConfig config) {
        buffer.fill(0, RssFields.BUFFER_BYTES, (byte) 0);
        int[] able = supportedFields.orElseThrow();
        for (FlowType type : FlowType.values()) {
            write(kind(type), selected(config, type), able);
        }
        // The framework does not tell packets with extension headers apart.
        write(RssFields.TCP6_EX, selected(config, FlowType.IPV6_TCP), able);
        write(RssFields.IP6_EX, selected(config, FlowType.IPV6), able);
    }

    private void write(int kind, int selected, int[] able) {
        RssFields.write(buffer, 0, kind, able[kind], selected & able[kind]);
    }

    private static int selected(RssConfig config, FlowType type) {
        return config.fields().getOrDefault(type, Set.of()).stream().mapToInt(EnaRss::bit).sum();
    }

    /** Frees the buffer. */
    @Override
    public void close() {
        buffer.close();
    }
}
