package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Time stamps of packets [AMZN ena_admin_defs.h, struct ena_admin_feature_hw_ts_desc].
 *
 * @param version 1
 * @param tx {@link #NONE} or {@link #ALL}
 * @param rx {@link #NONE} or {@link #ALL}
 */
public record HwTimestampConfig(int version, int tx, int rx) {
    /** Size. */
    public static final int BYTES = 3;
    /** The version that drivers ask for. */
    public static final int VERSION = 1;
    /** No packets. */
    public static final int NONE = 0;
    /** All packets. */
    public static final int ALL = 1;

    /** Reads it. */
    public static HwTimestampConfig read(Memory memory, long at) {
        return new HwTimestampConfig(memory.getUnsignedByte(at), memory.getUnsignedByte(at + 1),
            memory.getUnsignedByte(at + 2));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putByte(at, (byte) version);
        memory.putByte(at + 1, (byte) tx);
        memory.putByte(at + 2, (byte) rx);
    }
}
