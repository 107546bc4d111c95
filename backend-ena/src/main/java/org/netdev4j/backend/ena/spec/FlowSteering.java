package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * What to do with a flow steering rule [AMZN ena_admin_defs.h, struct ena_admin_set_feature_flow_steering_desc_req].
 *
 * @param action one of the constants here
 * @param flowType a TYPE of {@link FlowRule}
 * @param rxQueue where the packets go
 * @param ruleLocation of the rule, or {@link #DEVICE_CHOOSES}
 * @param flags none are defined
 */
public record FlowSteering(int action, int flowType, int rxQueue, int ruleLocation, int flags) {
    /** Size. */
    public static final int BYTES = 12;
    /** Add a rule. */
    public static final int ADD_RULE = 1;
    /** Remove a rule. */
    public static final int REMOVE_RULE = 2;
    /** Remove all rules. */
    public static final int REMOVE_ALL_RULES = 3;
    /** Location: wherever there is room; the answer tells, in its first 16 bits. */
    public static final int DEVICE_CHOOSES = 0xffff;

    /** Reads it. */
    public static FlowSteering read(Memory memory, long at) {
        return new FlowSteering(memory.getUnsignedByte(at), memory.getUnsignedByte(at + 1),
            memory.getUnsignedShort(at + 2), memory.getUnsignedShort(at + 4), memory.getInt(at + 8));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putByte(at, (byte) action);
        memory.putByte(at + 1, (byte) flowType);
        memory.putShort(at + 2, (short) rxQueue);
        memory.putShort(at + 4, (short) ruleLocation);
        memory.putInt(at + 8, flags);
    }
}
