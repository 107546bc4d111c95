package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Where the driver tells of itself: {@link HostInfo}, and an area for debugging [AMZN ena_admin_defs.h, struct
 * ena_admin_set_feature_host_attr_desc].
 *
 * @param osInfo of a page with {@link HostInfo}
 * @param debugArea of the area for debugging, or 0
 * @param debugAreaSize its size
 */
public record HostAttributes(long osInfo, long debugArea, int debugAreaSize) {
    /** Size. */
    public static final int BYTES = 20;

    /** Reads it. */
    public static HostAttributes read(Memory memory, long at) {
        return new HostAttributes(memory.getLong(at) & EnaAddress.MASK, memory.getLong(at + 8) & EnaAddress.MASK,
            memory.getInt(at + 16));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putLong(at, EnaAddress.checked(osInfo));
        memory.putLong(at + 8, EnaAddress.checked(debugArea));
        memory.putInt(at + 16, debugAreaSize);
    }
}
