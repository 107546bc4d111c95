package org.netdev4j.backend.ena;

import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.backend.ena.spec.FlowSteering;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.DeviceContext;

/**
 * Flow steering rules: kept here, since a reset makes the device forget them [AMZN ena_com.c,
 * ena_com_flow_steering_add_rule, ena_com_flow_steering_restore_device_rules].
 *
 * <p>For the control path, one call at a time.
 */
final class FlowSteeringTable implements AutoCloseable {
    private final DmaMemory buffer;
    private final Map<Integer, EnaFlowRule> rules = new TreeMap<>();
    private int size;

    FlowSteeringTable(DeviceContext context) {
        buffer = context.dma().allocate("flow rule", FlowRule.BYTES, FlowRule.BYTES);
    }

    /** Takes the size that the device has told; rules beyond are lost. */
    void size(int entries) {
        size = entries;
    }

    /** Rules that the device can hold; 0 if it has no flow steering. */
    int size() {
        return size;
    }

    /** Rules in force, by location. */
    Map<Integer, EnaFlowRule> rules() {
        return Map.copyOf(rules);
    }

    /** Adds a rule where the device likes; returns where. */
    int add(FeatureClient features, EnaFlowRule rule) {
        int location = send(features, rule, FlowSteering.DEVICE_CHOOSES);
        if (location >= size) {
            throw new EnaFault("the device put a flow rule at " + location + " of " + size);
        }
        rules.put(location, rule);
        return location;
    }

    private int send(FeatureClient features, EnaFlowRule rule, int location) {
        rule.forDevice().write(buffer, 0);
        FlowSteering request = new FlowSteering(FlowSteering.ADD_RULE, rule.flow().code(), rule.queue(), location, 0);
        return features.set(FeatureId.FLOW_STEERING_CONFIG, 0, new ControlBuffer(buffer.iova(), FlowRule.BYTES),
            request::write,
            (from, at) -> from.getUnsignedShort(at));
    }

    /** Removes a rule that is there. */
    void remove(FeatureClient features, int location) {
        FlowSteering request = new FlowSteering(FlowSteering.REMOVE_RULE, 0, 0, location, 0);
        features.set(FeatureId.FLOW_STEERING_CONFIG, 0, request::write);
        rules.remove(location);
    }

    /** Gives all rules to a device that has been reset, each where it was. */
    void restore(FeatureClient features) {
        rules.keySet().removeIf(location -> location >= size);
        for (Map.Entry<Integer, EnaFlowRule> each : rules.entrySet()) {
            send(features, each.getValue(), each.getKey());
        }
    }

    /** Frees the memory; the device has been reset. */
    @Override
    public void close() {
        buffer.close();
    }
}
