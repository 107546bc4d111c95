package org.netdev4j.models.ena.io;

import org.netdev4j.platform.memory.Memory;

/**
 * A flow steering rule: packets of one kind whose fields match go to one queue [AMZN ena_admin_defs.h, struct
 * ena_admin_flow_steering_rule_params]. Bits that a mask leaves out match anything.
 *
 * @param flowType  {@link #IPV4} to {@link #UDP6}
 * @param queue     receive queues in the order of their creation, 0 for the first
 * @param params    {@link #PARAMS_BYTES} as in the command's control buffer
 */
public record SteeringRule(int flowType, int queue, byte[] params) {
    /** Bytes of the parameters. */
    public static final int PARAMS_BYTES = 128;
    /** IPv4, any protocol. */
    public static final int IPV4 = 1;
    /** IPv6, any protocol. */
    public static final int IPV6 = 2;
    /** TCP over IPv4. */
    public static final int TCP4 = 3;
    /** TCP over IPv6. */
    public static final int TCP6 = 4;
    /** UDP over IPv4. */
    public static final int UDP4 = 5;
    /** UDP over IPv6. */
    public static final int UDP6 = 6;

    /** Checks that the type exists and the parameters are complete, and keeps a copy of them. */
    public SteeringRule {
        if (flowType < IPV4 || flowType > UDP6) {
            throw new IllegalArgumentException("flow steering rule: flow type must be 1 to 6: " + flowType);
        }
        if (params.length != PARAMS_BYTES) {
            throw new IllegalArgumentException("flow steering rule: parameters have " + PARAMS_BYTES + " bytes: " + params.length);
        }
        params = params.clone();
    }

    /** Reads the parameters from a control buffer that was copied here. */
    public static SteeringRule read(int flowType, int queue, Memory m, long at) {
        return new SteeringRule(flowType, queue, m.bytes(at, PARAMS_BYTES));
    }

    /** A copy of the parameters. */
    @Override
    public byte[] params() {
        return params.clone();
    }
}
