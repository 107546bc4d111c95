package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.platform.memory.Memory;

/**
 * A flow steering rule: packets of one kind whose fields match go to one queue.
 *
 * @param flowType a type of {@link FlowRule}
 * @param queue    of the receive queues in the order of their creation, 0 for the first
 * @param fields   what packets look like
 */
public record SteeringRule(int flowType, int queue, FlowRule fields) {
    /** Refuses a type that does not exist. */
    public SteeringRule {
        if (flowType < FlowRule.TYPE_IPV4 || flowType > FlowRule.TYPE_IPV6_UDP) {
            throw new IllegalArgumentException("flow steering rule: flow type must be 1 to 6: type=" + flowType);
        }
    }

    /** One whose fields are read from a command's control buffer that was copied here. */
    public static SteeringRule read(int flowType, int queue, Memory buffer, long at) {
        return new SteeringRule(flowType, queue, FlowRule.read(buffer, at));
    }
}
