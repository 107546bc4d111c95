package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Which events the device can send, and which it shall [AMZN ena_admin_defs.h, struct ena_admin_feature_aenq_desc].
 *
 * @param supportedGroups bits of {@link AenqGroup}
 * @param enabledGroups bits of {@link AenqGroup}
 */
public record AenqConfig(int supportedGroups, int enabledGroups) {
    /** Size. */
    public static final int BYTES = 8;

    /** Reads it. */
    public static AenqConfig read(Memory memory, long at) {
        return new AenqConfig(memory.getInt(at), memory.getInt(at + 4));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, supportedGroups);
        memory.putInt(at + 4, enabledGroups);
    }
}
