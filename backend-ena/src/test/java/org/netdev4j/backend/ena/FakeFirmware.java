package org.netdev4j.backend.ena;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.AenqConfig;
import org.netdev4j.backend.ena.spec.BasicStats;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateCqReply;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.CreateSqReply;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.EniStats;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.GetStats;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.HwTimestampConfig;
import org.netdev4j.backend.ena.spec.IntrModeration;
import org.netdev4j.backend.ena.spec.LinkConfig;
import org.netdev4j.backend.ena.spec.LlqConfig;
import org.netdev4j.backend.ena.spec.MaxQueues;
import org.netdev4j.backend.ena.spec.MaxQueuesExt;
import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.PhcConfig;
import org.netdev4j.backend.ena.spec.RssFields;
import org.netdev4j.backend.ena.spec.RssFunction;
import org.netdev4j.backend.ena.spec.RssInput;
import org.netdev4j.backend.ena.spec.RssKey;
import org.netdev4j.backend.ena.spec.RssTableConfig;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.memory.Memory;

/**
 * Answers admin commands of a {@link FakeEna}. Commands are named {@code CREATE_CQ}, {@code GET MTU}, {@code SET LLQ},
 * {@code STATS 0}; {@link #refuse} and {@link #lose} go by these names.
 */
final class FakeFirmware {
    static final int ALL_FEATURES = -1 & ~FeatureId.EXTRA_PROPERTIES_FLAGS.bit() & ~FeatureId.EXTRA_PROPERTIES_STRINGS.bit();

    /** Status by name of command; {@code CREATE_CQ#3} is the third of its name since the last reset. */
    final Map<String, AdminStatus> refuse = new HashMap<>();
    /** Names of commands that get no answer. */
    final Set<String> lose = new TreeSet<>();
    /** Names of commands in order. */
    final List<String> log = new ArrayList<>();
    final Set<Integer> cqs = new TreeSet<>();
    final Set<Integer> sqs = new TreeSet<>();
    final List<CreateSq> createdSqs = new ArrayList<>();
    final List<CreateCq> createdCqs = new ArrayList<>();
    MacAddress mac = MacAddress.parse("02:00:00:00:00:01");
    int features = ALL_FEATURES;
    int capabilities = DeviceAttributes.CAP_ENI_STATS | DeviceAttributes.CAP_EXTENDED_RESET_REASONS;
    int maxMtu = 9216;
    int flowRules = 4;
    int groups = 0xff;
    int queueVersion = MaxQueuesExt.VERSION;
    int doorbellAt = 0x1000;
    int actualDepth;
    HwHints hints = HwHints.none();
    LlqConfig llq = new LlqConfig(32, 1024, LlqConfig.HEADER_INLINE, 0, LlqConfig.ENTRY_128 | LlqConfig.ENTRY_256, 0, 15,
        0, 3, 0, 1,
        LlqConfig.ENTRY_128, 512, LlqConfig.ACCEL_LIMIT_TX_BURST, 1024);
    RssTableConfig table = new RssTableConfig(7, 7, 7, 0, 0, 0);
    BasicStats stats = new BasicStats(0, 0, 0, 0, 0, 0, 0);
    EniStats eni = new EniStats(0, 0, 0, 0, 0);
    PhcConfig phc = new PhcConfig(0, 0x100, 0, 0, 0, 0);
    /** What the driver set last. */
    final Map<FeatureId, byte[]> set = new HashMap<>();
    final Map<FeatureId, byte[]> control = new HashMap<>();
    int mtu;
    private final FakeEna device;
    private final Map<String, Integer> counts = new HashMap<>();
    private int nextRule;

    FakeFirmware(FakeEna device) {
        this.device = device;
    }

    /** Everything that commands made is gone. */
    void reset() {
        cqs.clear();
        sqs.clear();
        createdCqs.clear();
        createdSqs.clear();
        counts.clear();
        set.clear();
        control.clear();
        mtu = 0;
        nextRule = 0;
    }

    /** The completion, without its phase; null for none. */
    byte[] answer(byte[] entry) {
        try (Memory command = Memory.allocate("command", AdminEntry.BYTES);
             Memory reply = Memory.allocate("reply", AdminCompletion.BYTES)) {
            command.copyFrom(0, entry, 0, entry.length);
            reply.fill(0, AdminCompletion.BYTES, (byte) 0);
            String name = name(command);
            log.add(name);
            int number = counts.merge(name, 1, Integer::sum);
            if (lose.contains(name) || lose.contains(name + "#" + number)) {
                return null;
            }
            AdminStatus status = refuse.getOrDefault(name + "#" + number, refuse.get(name));
            if (status == null) {
                status = perform(command, reply);
            }
            AdminCompletion.write(reply, 0, AdminEntry.commandId(command, 0), status.code(), 0, 0, 0);
            return reply.bytes(0, AdminCompletion.BYTES);
        }
    }

    private static String name(Memory command) {
        AdminOpcode opcode = AdminOpcode.of(AdminEntry.opcode(command, 0));
        return switch (opcode) {
            case GET_FEATURE -> "GET " + FeatureId.of(AdminEntry.featureId(command, 0));
            case SET_FEATURE -> "SET " + FeatureId.of(AdminEntry.featureId(command, 0));
            case GET_STATS -> "STATS " + GetStats.read(command, 0).type();
            default -> opcode.name();
        };
    }

    private AdminStatus perform(Memory command, Memory reply) {
        return switch (AdminOpcode.of(AdminEntry.opcode(command, 0))) {
            case CREATE_CQ -> createCq(CreateCq.read(command, 0), reply);
            case CREATE_SQ -> createSq(CreateSq.read(command, 0), reply);
            case DESTROY_CQ -> cqs.remove(AdminEntry.queueIndex(command, 0)) ? AdminStatus.SUCCESS
                : AdminStatus.ILLEGAL_PARAMETER;
            case DESTROY_SQ -> sqs.remove(AdminEntry.queueIndex(command, 0)) ? AdminStatus.SUCCESS
                : AdminStatus.ILLEGAL_PARAMETER;
            case GET_FEATURE -> get(FeatureId.of(AdminEntry.featureId(command, 0)), command, reply);
            case SET_FEATURE -> set(FeatureId.of(AdminEntry.featureId(command, 0)), command, reply);
            case GET_STATS -> stats(GetStats.read(command, 0), reply);
        };
    }

    private AdminStatus createCq(CreateCq request, Memory reply) {
        int index = 10 + createdCqs.size();
        cqs.add(index);
        createdCqs.add(request);
        new CreateCqReply(index, actualDepth == 0 ? request.depth() : actualDepth, 0, 0, 0x2000 + 4 * index).write(reply, 0);
        return AdminStatus.SUCCESS;
    }

    private AdminStatus createSq(CreateSq request, Memory reply) {
        if (!cqs.contains(request.cqIndex())) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        int index = 50 + createdSqs.size();
        sqs.add(index);
        createdSqs.add(request);
        new CreateSqReply(index, doorbellAt + 4 * index, 0, 0).write(reply, 0);
        return AdminStatus.SUCCESS;
    }

    private AdminStatus stats(GetStats request, Memory reply) {
        switch (request.type()) {
            case GetStats.TYPE_BASIC -> stats.write(reply, AdminCompletion.PAYLOAD);
            case GetStats.TYPE_ENI -> eni.write(reply, AdminCompletion.PAYLOAD);
            default -> {
                return AdminStatus.UNSUPPORTED_OPCODE;
            }
        }
        return AdminStatus.SUCCESS;
    }

    private AdminStatus get(FeatureId feature, Memory command, Memory reply) {
        long at = AdminCompletion.PAYLOAD;
        if (feature != FeatureId.DEVICE_ATTRIBUTES && (features & feature.bit()) == 0) {
            throw new AssertionError("the driver asks for " + feature + ", which the device does not list");
        }
        switch (feature) {
            case DEVICE_ATTRIBUTES -> new DeviceAttributes(1, 2, features, capabilities, 48, 48, mac, flowRules,
                maxMtu).write(reply, at);
            case MAX_QUEUES_EXT -> new MaxQueuesExt(queueVersion, 32, 32, 32, 32, 1024, 1024, 2048, 2048, 96, 18,
                16).write(reply, at);
            case MAX_QUEUES_NUM -> new MaxQueues(4, 512, 4, 512, 0, 0, 96, 18, 16).write(reply, at);
            case AENQ_CONFIG -> new AenqConfig(groups, 0).write(reply, at);
            case STATELESS_OFFLOAD_CONFIG -> new OffloadConfig(0xff, 0xf, 0).write(reply, at);
            case HW_HINTS -> hints.write(reply, at);
            case LLQ -> llq.write(reply, at);
            case RSS_INDIRECTION_TABLE_CONFIG -> table.write(reply, at);
            case RSS_HASH_FUNCTION -> new RssFunction(1 << RssFunction.TOEPLITZ, 0, 0).write(reply, at);
            case RSS_HASH_INPUT -> input(command, reply);
            case INTERRUPT_MODERATION -> new IntrModeration(0).write(reply, at);
            case LINK_CONFIG -> new LinkConfig(25_000, 0, LinkConfig.DUPLEX).write(reply, at);
            case PHC_CONFIG -> phc.write(reply, at);
            case HW_TIMESTAMP -> new HwTimestampConfig(1, HwTimestampConfig.NONE, HwTimestampConfig.ALL).write(reply, at);
            default -> {
                return AdminStatus.UNSUPPORTED_OPCODE;
            }
        }
        return AdminStatus.SUCCESS;
    }

    private void input(Memory command, Memory reply) {
        new RssInput(0, 0).write(reply, AdminCompletion.PAYLOAD);
        long iova = AdminEntry.controlIova(command, 0);
        Memory buffer = device.reach.memory(iova, RssFields.BUFFER_BYTES);
        for (int kind = 0; kind < RssFields.DEFINED; kind++) {
            RssFields.write(buffer, device.reach.offset(iova), kind, kind == RssFields.NOT_IP ? RssFields.L2
                : RssFields.L3_L4, 0);
        }
    }

    private AdminStatus set(FeatureId feature, Memory command, Memory reply) {
        set.put(feature, command.bytes(AdminEntry.FEATURE_PAYLOAD, AdminEntry.BYTES - AdminEntry.FEATURE_PAYLOAD));
        if ((AdminEntry.flags(command, 0) & AdminEntry.CTRL_DATA_INDIRECT) != 0) {
            control.put(feature, device.reach.read(AdminEntry.controlIova(command, 0), AdminEntry.controlLength(command,
                0)));
        }
        if (feature == FeatureId.MTU) {
            mtu = command.getInt(AdminEntry.FEATURE_PAYLOAD);
        }
        if (feature == FeatureId.FLOW_STEERING_CONFIG) {
            int wanted = command.getUnsignedShort(AdminEntry.FEATURE_PAYLOAD + 4);
            reply.putShort(AdminCompletion.PAYLOAD, (short) (wanted == 0xffff ? nextRule++ : wanted));
        }
        return AdminStatus.SUCCESS;
    }

    /** The key that the driver set. */
    byte[] rssKey() {
        byte[] buffer = control.get(FeatureId.RSS_HASH_FUNCTION);
        try (Memory copy = Memory.allocate("key", RssKey.BUFFER_BYTES)) {
            copy.copyFrom(0, buffer, 0, buffer.length);
            return RssKey.read(copy, 0);
        }
    }
}
