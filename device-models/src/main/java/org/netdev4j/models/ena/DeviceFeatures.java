package org.netdev4j.models.ena;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.HwTimestampConfig;
import org.netdev4j.backend.ena.spec.IntrModeration;
import org.netdev4j.backend.ena.spec.LinkConfig;
import org.netdev4j.backend.ena.spec.MaxQueues;
import org.netdev4j.backend.ena.spec.MaxQueuesExt;
import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.memory.Memory;

/** The features that are a few numbers: what the device is and has, and the settings that are one number. */
final class DeviceFeatures {
    /** Smallest MTU that the drivers set [AMZN ena_netdev.h, ENA_MIN_MTU]. */
    static final int MIN_MTU = 128;

    private static final int DEVICE_VERSION = 0;
    private static final int STRING_BYTES = 32;
    private static final int MAX_STRINGS = 32;
    /** Names of the extra properties, of which a bit each says whether they are on. */
    private static final List<String> PROPERTIES = List.of("emulated", "fault_injection");

    private final DeviceHost host;
    private final EnaConfig config;
    private final EnaSettings settings;
    private final Features features;
    private final MacAddress mac;

    DeviceFeatures(DeviceHost host, EnaConfig config, EnaSettings settings, Features features, MacAddress mac) {
        this.host = host;
        this.config = config;
        this.settings = settings;
        this.features = features;
        this.mac = mac;
    }

    void addAll() {
        features.add(FeatureId.DEVICE_ATTRIBUTES, new Get(this::attributes));
        features.add(FeatureId.MAX_QUEUES_NUM, new Get(this::maxQueues));
        addIf(EnaKey.MAX_QUEUES_EXT, FeatureId.MAX_QUEUES_EXT, new Get(this::maxQueuesExt));
        addIf(EnaKey.HW_HINTS, FeatureId.HW_HINTS, new Get(request -> {
            hints(config).write(request.reply, AdminCompletion.PAYLOAD);
            return AdminStatus.SUCCESS;
        }));
        addIf(EnaKey.EXTRA_PROPERTIES, FeatureId.EXTRA_PROPERTIES_STRINGS, new Get(DeviceFeatures::propertyNames));
        addIf(EnaKey.EXTRA_PROPERTIES, FeatureId.EXTRA_PROPERTIES_FLAGS, new Get(request -> {
            request.reply.putInt(AdminCompletion.PAYLOAD, (1 << PROPERTIES.size()) - 1);
            return AdminStatus.SUCCESS;
        }));
        features.add(FeatureId.STATELESS_OFFLOAD_CONFIG, new Get(this::offloads));
        addIf(EnaKey.MODERATION, FeatureId.INTERRUPT_MODERATION, new Get(request -> {
            new IntrModeration(config.number(EnaKey.MODERATION_RESOLUTION)).write(request.reply, AdminCompletion.PAYLOAD);
            return AdminStatus.SUCCESS;
        }));
        addIf(EnaKey.LINK_CONFIG, FeatureId.LINK_CONFIG, new Get(this::link));
        features.add(FeatureId.MTU, new Set(this::mtu));
        addIf(EnaKey.FRAG_BYPASS, FeatureId.FRAG_BYPASS, new Set(this::fragBypass));
        addIf(EnaKey.TIMESTAMPS, FeatureId.HW_TIMESTAMP, new Timestamps());
    }

    private void addIf(EnaKey key, FeatureId id, Feature feature) {
        if (config.is(key)) {
            features.add(id, feature);
        }
    }

    /** The device's address, as it is. */
    MacAddress mac() {
        return mac;
    }

    private AdminStatus attributes(AdminRequest request) {
        MacAddress told = host.faults().happens(EnaFaults.MAC_CHANGED, -1) ? new MacAddress(mac.value() ^ 1) : mac;
        int maxMtu = config.number(EnaKey.MAX_MTU);
        if (host.faults().happens(EnaFaults.MTU_SHRUNK, -1)) {
            maxMtu = (int) host.faults().value();
        }
        int width = config.number(EnaKey.DMA_WIDTH);
        new DeviceAttributes(1, DEVICE_VERSION, features.supported(), capabilities(), width, width, told,
            config.number(EnaKey.FLOW_RULES), maxMtu).write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    private int capabilities() {
        return bit(EnaKey.ENI_STATS, DeviceAttributes.CAP_ENI_STATS) | bit(EnaKey.SRD, DeviceAttributes.CAP_ENA_SRD_INFO)
            | bit(EnaKey.METRICS, DeviceAttributes.CAP_CUSTOMER_METRICS)
            | bit(EnaKey.EXTENDED_RESET, DeviceAttributes.CAP_EXTENDED_RESET_REASONS)
            | bit(EnaKey.CDESC_MBZ, DeviceAttributes.CAP_CDESC_MBZ);
    }

    private int bit(EnaKey key, int bit) {
        return config.is(key) ? bit : 0;
    }

    private AdminStatus maxQueues(AdminRequest request) {
        int queues = config.number(EnaKey.QUEUES);
        int txDepth = config.number(EnaKey.TX_DEPTH);
        int depth = Math.min(txDepth, config.number(EnaKey.RX_DEPTH));
        boolean llq = config.is(EnaKey.LLQ);
        new MaxQueues(queues, depth, queues, depth, llq ? queues : 0, llq ? config.number(EnaKey.LLQ_DEPTH) : 0,
            config.number(EnaKey.MAX_HEADER), config.number(EnaKey.TX_DESCS), config.number(EnaKey.RX_DESCS))
            .write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    // A driver that asks for another version than the one there is does not know the answer [AMZN ena_com.c,
    // ena_com_get_dev_attr_feat].
    private AdminStatus maxQueuesExt(AdminRequest request) {
        if (request.featureVersion() != MaxQueuesExt.VERSION) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        int queues = config.number(EnaKey.QUEUES);
        int txDepth = config.number(EnaKey.TX_DEPTH);
        int rxDepth = config.number(EnaKey.RX_DEPTH);
        new MaxQueuesExt(MaxQueuesExt.VERSION, queues, queues, queues, queues, txDepth,
            Math.max(txDepth, config.number(EnaKey.LLQ_DEPTH)), rxDepth, rxDepth, config.number(EnaKey.MAX_HEADER),
            config.number(EnaKey.TX_DESCS), config.number(EnaKey.RX_DESCS)).write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    /** The hints that the keys say. */
    static HwHints hints(EnaConfig config) {
        return new HwHints(config.number(EnaKey.HINT_MMIO_READ), config.number(EnaKey.HINT_WATCHDOG),
            config.number(EnaKey.HINT_MISSING_TX), config.number(EnaKey.HINT_MISSED_TX), config.number(EnaKey.HINT_ADMIN),
            config.number(EnaKey.HINT_NETDEV), config.number(EnaKey.HINT_TX_SGL), config.number(EnaKey.HINT_RX_SGL));
    }

    private static AdminStatus propertyNames(AdminRequest request) {
        if (!request.hasControl(MAX_STRINGS * STRING_BYTES)) {
            return AdminStatus.MALFORMED_REQUEST;
        }
        try (Memory names = Memory.allocate("ENA model: extra properties", MAX_STRINGS * STRING_BYTES)) {
            for (int i = 0; i < PROPERTIES.size(); i++) {
                byte[] name = PROPERTIES.get(i).getBytes(StandardCharsets.US_ASCII);
                names.copyFrom((long) i * STRING_BYTES, name, 0, name.length);
            }
            request.reply.putInt(AdminCompletion.PAYLOAD, PROPERTIES.size());
            return Features.reached(request.writeControl(names, MAX_STRINGS * STRING_BYTES));
        }
    }

    private AdminStatus offloads(AdminRequest request) {
        int rx = config.number(EnaKey.RX_OFFLOADS);
        new OffloadConfig(config.number(EnaKey.TX_OFFLOADS), rx, rx).write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    private AdminStatus link(AdminRequest request) {
        int speed = config.number(EnaKey.SPEED);
        int[] speeds = {1000, 2500, 5000, 10_000, 25_000, 40_000, 50_000, 100_000, 200_000, 400_000};
        int supported = 0;
        for (int i = 0; i < speeds.length; i++) {
            supported |= speeds[i] == speed ? 1 << i : 0;
        }
        new LinkConfig(speed, supported, LinkConfig.DUPLEX).write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    private AdminStatus mtu(AdminRequest request) {
        long mtu = request.entry.getUnsignedInt(AdminEntry.FEATURE_PAYLOAD);
        request.say("MTU " + mtu);
        if (mtu < MIN_MTU || mtu > config.get(EnaKey.MAX_MTU)) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        settings.mtu = (int) mtu;
        return AdminStatus.SUCCESS;
    }

    private AdminStatus fragBypass(AdminRequest request) {
        int enable = request.entry.getUnsignedByte(AdminEntry.FEATURE_PAYLOAD);
        request.say("FRAG_BYPASS enable=" + enable);
        if (enable > 1) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        settings.fragBypass = enable == 1;
        return AdminStatus.SUCCESS;
    }

    private interface Action {
        AdminStatus act(AdminRequest request);
    }

    private record Get(Action action) implements Feature {
        @Override
        public AdminStatus get(AdminRequest request) {
            return action.act(request);
        }
    }

    private record Set(Action action) implements Feature {
        @Override
        public AdminStatus set(AdminRequest request) {
            return action.act(request);
        }
    }

    private final class Timestamps implements Feature {
        private static final int RX = 1;
        private static final int TX = 2;

        @Override
        public AdminStatus get(AdminRequest request) {
            if (request.featureVersion() < HwTimestampConfig.VERSION) {
                return AdminStatus.ILLEGAL_PARAMETER;
            }
            new HwTimestampConfig(HwTimestampConfig.VERSION, can(TX), can(RX)).write(request.reply, AdminCompletion.PAYLOAD);
            return AdminStatus.SUCCESS;
        }

        private int can(int direction) {
            return (config.number(EnaKey.TIMESTAMPS) & direction) != 0 ? HwTimestampConfig.ALL : HwTimestampConfig.NONE;
        }

        @Override
        public AdminStatus set(AdminRequest request) {
            HwTimestampConfig wanted = HwTimestampConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
            request.say("HW_TIMESTAMP tx=" + wanted.tx() + " rx=" + wanted.rx());
            if (wanted.tx() > can(TX) || wanted.rx() > can(RX)) {
                return AdminStatus.ILLEGAL_PARAMETER;
            }
            settings.txTimestamps = wanted.tx() != 0;
            settings.rxTimestamps = wanted.rx() != 0;
            return AdminStatus.SUCCESS;
        }
    }
}
