package org.netdev4j.models.ena;

import java.util.HexFormat;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.RssFields;
import org.netdev4j.backend.ena.spec.RssFunction;
import org.netdev4j.backend.ena.spec.RssInput;
import org.netdev4j.backend.ena.spec.RssKey;
import org.netdev4j.backend.ena.spec.RssTableConfig;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;

/**
 * RSS: function and key, fields, and the indirection table [AMZN ena_com.c, ena_com_set_hash_function,
 * ena_com_set_hash_ctrl, ena_com_indirect_table_set].
 *
 * <p>What a driver can program is garbage until it has. What it cannot, because this device lacks the feature, is as
 * the drivers would set it. The table alone is excepted as long as there is one receive queue: DPDK programs none
 * then [DPDK ena_ethdev.c, ena_start], and packets have nowhere else to go.
 *
 * <p>What is sorted does not depend on what the driver asks for, but on the kind of device: one whose key can be set sorts
 * nothing, though all drivers ask for it; one with a key of its own sorts, begins with all ones, and has a hash of 16 bits, told
 * twice [AMZN-EC2 ena-toeplitz/toeplitz_calc.py].
 */
final class RssFeatures {
    private static final int KEY_AT = RssKey.BUFFER_BYTES - RssKey.BYTES;
    private static final int SORT = RssInput.L3_SORT | RssInput.L4_SORT;
    // In the order in which Toeplitz takes its bytes.
    private static final byte[] FIXED_KEY = HexFormat.of().parseHex(
        "beac01fa6a42b73b8030f20c77cb2da3ae7b30b4d0ca2bcb43a38fb04167253d255b0ec26d5a56da");
    private static final int[] FIELDS = {RssFields.L3_L4, RssFields.L3_L4, RssFields.L3_L4, RssFields.L3_L4,
        RssFields.L3, RssFields.L3, RssFields.L3, RssFields.L2, RssFields.L3_L4, RssFields.L3};

    private final DeviceHost host;
    private final EnaConfig config;
    private final EnaSettings settings;
    private final EnaIo io;
    private final int functions;
    private final int tableLog;
    private int[] garbage = new int[0];
    private boolean programmed;
    private int sortAsked;
    private int rxQueues;

    RssFeatures(DeviceHost host, EnaConfig config, EnaSettings settings, EnaIo io) {
        this.host = host;
        this.config = config;
        this.settings = settings;
        this.io = io;
        this.functions = config.number(EnaKey.RSS_FUNCTIONS) & (1 << RssFunction.TOEPLITZ | 1 << RssFunction.CRC32);
        this.tableLog = config.number(EnaKey.RSS_TABLE);
    }

    void addAll(Features features) {
        if (!config.is(EnaKey.RSS)) {
            return;
        }
        features.add(FeatureId.RSS_INDIRECTION_TABLE_CONFIG, new Table());
        if (config.is(EnaKey.RSS_KEY)) {
            features.add(FeatureId.RSS_HASH_FUNCTION, new Function());
        }
        if (config.is(EnaKey.RSS_FIELDS)) {
            features.add(FeatureId.RSS_HASH_INPUT, new Input());
        }
    }

    void reset() {
        RandomSource random = host.random();
        random.nextBytes(settings.rssKey);
        settings.rssFunction = EnaSettings.TOEPLITZ;
        sortAsked = 0;
        boolean fixed = !config.is(EnaKey.RSS) || !config.is(EnaKey.RSS_KEY);
        settings.rssInitValue = fixed ? -1 : random.nextInt();
        settings.rssSort = fixed ? SORT : 0;
        settings.rssHalf = fixed;
        if (fixed) {
            for (int i = 0; i < RssKey.BYTES; i++) {
                settings.rssKey[i] = FIXED_KEY[RssKey.BYTES - 1 - i];
            }
        }
        boolean fieldsToSet = config.is(EnaKey.RSS) && config.is(EnaKey.RSS_FIELDS);
        for (int i = 0; i < settings.rssFields.length; i++) {
            settings.rssFields[i] = fieldsToSet ? random.nextInt() & supportedFields(i) : supportedFields(i);
        }
        garbage = new int[config.is(EnaKey.RSS) ? 1 << tableLog : 0];
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = random.nextInt() & 0xffff;
        }
        programmed = false;
        rxQueues = 0;
        settings.rssTable = new int[0];
    }

    /** A receive queue came, or went. */
    void rxQueues(int change) {
        rxQueues += change;
        if (!programmed) {
            settings.rssTable = rxQueues > 1 ? garbage.clone() : new int[0];
        }
    }

    private static int supportedFields(int kind) {
        return kind < FIELDS.length ? FIELDS[kind] : 0;
    }

    private final class Function implements Feature {
        @Override
        public AdminStatus get(AdminRequest request) {
            int selected = Features.wantsDefault(request) ? EnaSettings.TOEPLITZ : settings.rssFunction;
            new RssFunction(functions, 1 << selected, settings.rssInitValue).write(request.reply, AdminCompletion.PAYLOAD);
            if (!request.hasControlBuffer()) {
                return AdminStatus.SUCCESS;
            }
            if (!request.hasControl(RssKey.BUFFER_BYTES)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            try (Memory buffer = Memory.allocate("ENA model: RSS key", RssKey.BUFFER_BYTES)) {
                buffer.putInt(0, RssKey.PARTS);
                buffer.copyFrom(KEY_AT, settings.rssKey, 0, RssKey.BYTES);
                return Features.reached(request.writeControl(buffer, RssKey.BUFFER_BYTES));
            }
        }

        @Override
        public AdminStatus set(AdminRequest request) {
            RssFunction wanted = RssFunction.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
            request.say("RSS_HASH_FUNCTION selected=0x" + Integer.toHexString(wanted.selected()) + " init=0x"
                + Integer.toHexString(wanted.initialValue()));
            if (Integer.bitCount(wanted.selected()) != 1 || (wanted.selected() & functions) == 0) {
                return AdminStatus.ILLEGAL_PARAMETER;
            }
            if (!request.hasControl(RssKey.BUFFER_BYTES)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            try (Memory buffer = Memory.allocate("ENA model: RSS key", RssKey.BUFFER_BYTES)) {
                if (!request.readControl(buffer, RssKey.BUFFER_BYTES)) {
                    return AdminStatus.UNKNOWN_ERROR;
                }
                // CRC32 needs no key: drivers then leave the number of its words as it was.
                if (RssKey.parts(buffer, 0) != RssKey.PARTS && wanted.selected() == 1 << RssFunction.TOEPLITZ) {
                    return AdminStatus.ILLEGAL_PARAMETER;
                }
                buffer.copyTo(KEY_AT, settings.rssKey, 0, RssKey.BYTES);
            }
            settings.rssFunction = Integer.numberOfTrailingZeros(wanted.selected());
            settings.rssInitValue = wanted.initialValue();
            return AdminStatus.SUCCESS;
        }
    }

    private final class Input implements Feature {
        @Override
        public AdminStatus get(AdminRequest request) {
            boolean standard = Features.wantsDefault(request);
            new RssInput(SORT, standard ? 0 : sortAsked).write(request.reply, AdminCompletion.PAYLOAD);
            if (!request.hasControlBuffer()) {
                return AdminStatus.SUCCESS;
            }
            if (!request.hasControl(RssFields.BUFFER_BYTES)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            try (Memory buffer = Memory.allocate("ENA model: RSS fields", RssFields.BUFFER_BYTES)) {
                for (int i = 0; i < RssFields.PROTOCOLS; i++) {
                    int supported = supportedFields(i);
                    RssFields.write(buffer, 0, i, supported, standard ? supported : settings.rssFields[i]);
                }
                return Features.reached(request.writeControl(buffer, RssFields.BUFFER_BYTES));
            }
        }

        @Override
        public AdminStatus set(AdminRequest request) {
            RssInput wanted = RssInput.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
            if (!request.hasControl(RssFields.BUFFER_BYTES)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            try (Memory buffer = Memory.allocate("ENA model: RSS fields", RssFields.BUFFER_BYTES)) {
                if (!request.readControl(buffer, RssFields.BUFFER_BYTES)) {
                    return AdminStatus.UNKNOWN_ERROR;
                }
                if ((wanted.enabledSort() & ~SORT) != 0 || !allSupported(buffer)) {
                    return AdminStatus.ILLEGAL_PARAMETER;
                }
                StringBuilder said = new StringBuilder("RSS_HASH_INPUT sort=0x").append(Integer.toHexString(wanted.enabledSort()));
                for (int i = 0; i < RssFields.PROTOCOLS; i++) {
                    settings.rssFields[i] = RssFields.selected(buffer, 0, i);
                    said.append(settings.rssFields[i] == 0 ? "" : " kind" + i + "=0x" + Integer.toHexString(settings.rssFields[i]));
                }
                request.say(said.toString());
            }
            sortAsked = wanted.enabledSort();
            return AdminStatus.SUCCESS;
        }

        private static boolean allSupported(Memory buffer) {
            for (int i = 0; i < RssFields.PROTOCOLS; i++) {
                if ((RssFields.selected(buffer, 0, i) & ~supportedFields(i)) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final class Table implements Feature {
        @Override
        public AdminStatus get(AdminRequest request) {
            int flags = config.is(EnaKey.RSS_ONE_ENTRY) ? RssTableConfig.ONE_ENTRY_UPDATE : 0;
            new RssTableConfig(Math.min(tableLog, 7), tableLog, tableLog, flags, RssTableConfig.WHOLE_TABLE, 0)
                .write(request.reply, AdminCompletion.PAYLOAD);
            if (!request.hasControlBuffer()) {
                return AdminStatus.SUCCESS;
            }
            int[] table = programmed ? settings.rssTable : garbage;
            int bytes = table.length * RssTableConfig.ENTRY_BYTES;
            if (!request.hasControl(bytes)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            try (Memory buffer = Memory.allocate("ENA model: RSS table", bytes)) {
                for (int i = 0; i < table.length; i++) {
                    buffer.putInt((long) i * RssTableConfig.ENTRY_BYTES, table[i]);
                }
                return Features.reached(request.writeControl(buffer, bytes));
            }
        }

        @Override
        public AdminStatus set(AdminRequest request) {
            RssTableConfig wanted = RssTableConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
            request.say("RSS_INDIRECTION_TABLE_CONFIG size=" + wanted.size() + " inline=" + wanted.inlineIndex());
            if (wanted.inlineIndex() != RssTableConfig.WHOLE_TABLE && !request.hasControlBuffer()) {
                return setOne(wanted);
            }
            if (wanted.size() > tableLog || wanted.size() < Math.min(tableLog, 7)) {
                return AdminStatus.ILLEGAL_PARAMETER;
            }
            int entries = 1 << wanted.size();
            int bytes = entries * RssTableConfig.ENTRY_BYTES;
            if (!request.hasControl(bytes)) {
                return AdminStatus.MALFORMED_REQUEST;
            }
            int[] table = new int[entries];
            try (Memory buffer = Memory.allocate("ENA model: RSS table", bytes)) {
                if (!request.readControl(buffer, bytes)) {
                    return AdminStatus.UNKNOWN_ERROR;
                }
                for (int i = 0; i < entries; i++) {
                    table[i] = buffer.getUnsignedShort((long) i * RssTableConfig.ENTRY_BYTES);
                    if (!io.isRxQueue(table[i])) {
                        request.say("RSS_INDIRECTION_TABLE_CONFIG entry " + i + " names " + table[i] + ", no receive queue");
                        return AdminStatus.ILLEGAL_PARAMETER;
                    }
                }
            }
            settings.rssTable = table;
            programmed = true;
            return AdminStatus.SUCCESS;
        }

        private AdminStatus setOne(RssTableConfig wanted) {
            if (!config.is(EnaKey.RSS_ONE_ENTRY) || !programmed || Integer.compareUnsigned(wanted.inlineIndex(),
                settings.rssTable.length) >= 0 || !io.isRxQueue(wanted.inlineEntry())) {
                return AdminStatus.ILLEGAL_PARAMETER;
            }
            settings.rssTable[wanted.inlineIndex()] = wanted.inlineEntry();
            return AdminStatus.SUCCESS;
        }
    }
}
