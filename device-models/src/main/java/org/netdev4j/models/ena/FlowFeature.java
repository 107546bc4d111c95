package org.netdev4j.models.ena;

import java.util.Arrays;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.backend.ena.spec.FlowSteering;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.models.ena.io.SteeringRule;
import org.netdev4j.platform.memory.Memory;

/** Flow steering rules [AMZN ena_com.c, ena_com_flow_steering_add_rule and those that remove]. */
final class FlowFeature implements Feature {
    private final EnaSettings settings;
    private final int capacity;
    private final int queues;

    FlowFeature(EnaConfig config, EnaSettings settings) {
        this.settings = settings;
        this.capacity = config.number(EnaKey.FLOW_RULES);
        this.queues = config.number(EnaKey.QUEUES);
        reset();
    }

    @Override
    public void reset() {
        settings.flowRules = new SteeringRule[capacity];
    }

    @Override
    public AdminStatus set(AdminRequest request) {
        FlowSteering wanted = FlowSteering.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
        request.say("FLOW_STEERING action=" + wanted.action() + " type=" + wanted.flowType() + " queue=" + wanted.rxQueue()
            + " at=" + wanted.ruleLocation());
        return switch (wanted.action()) {
            case FlowSteering.ADD_RULE -> add(request, wanted);
            case FlowSteering.REMOVE_RULE -> remove(wanted.ruleLocation());
            case FlowSteering.REMOVE_ALL_RULES -> {
                Arrays.fill(settings.flowRules, null);
                yield AdminStatus.SUCCESS;
            }
            default -> AdminStatus.ILLEGAL_PARAMETER;
        };
    }

    private AdminStatus add(AdminRequest request, FlowSteering wanted) {
        if (!request.hasControl(FlowRule.BYTES)) {
            return AdminStatus.MALFORMED_REQUEST;
        }
        int location = wanted.ruleLocation();
        if (wanted.flowType() < FlowRule.TYPE_IPV4 || wanted.flowType() > FlowRule.TYPE_IPV6_UDP
            || wanted.rxQueue() >= queues || location >= capacity && location != FlowSteering.DEVICE_CHOOSES) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        if (location == FlowSteering.DEVICE_CHOOSES) {
            location = Arrays.asList(settings.flowRules).indexOf(null);
            if (location < 0) {
                return AdminStatus.RESOURCE_ALLOCATION_FAILURE;
            }
        }
        if (settings.flowRules[location] != null) {
            return AdminStatus.RESOURCE_BUSY;
        }
        try (Memory params = Memory.allocate("ENA model: flow rule", FlowRule.BYTES)) {
            if (!request.readControl(params, FlowRule.BYTES)) {
                return AdminStatus.UNKNOWN_ERROR;
            }
            settings.flowRules[location] = new SteeringRule(wanted.flowType(), wanted.rxQueue(), FlowRule.read(params, 0));
        }
        request.reply.putShort(AdminCompletion.PAYLOAD, (short) location);
        return AdminStatus.SUCCESS;
    }

    private AdminStatus remove(int location) {
        if (location >= capacity || settings.flowRules[location] == null) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        settings.flowRules[location] = null;
        return AdminStatus.SUCCESS;
    }
}
