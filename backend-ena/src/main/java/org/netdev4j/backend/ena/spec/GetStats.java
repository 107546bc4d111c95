package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Which statistics; {@code at} is the start of the command [AMZN ena_admin_defs.h, struct ena_admin_aq_get_stats_cmd].
 *
 * @param type TYPE constants
 * @param scope SCOPE constants
 * @param queue for the scope of a queue
 * @param device {@link #THIS_DEVICE}
 * @param requestedMetrics for customer metrics: a bit each; 0 asks which there are
 */
public record GetStats(int type, int scope, int queue, int device, long requestedMetrics) {
    /** Size, from the start of the entry. */
    public static final int BYTES = 32;
    /** {@link BasicStats}. */
    public static final int TYPE_BASIC = 0;
    /** A text in the control buffer; in no use. */
    public static final int TYPE_EXTENDED = 1;
    /** {@link EniStats}. */
    public static final int TYPE_ENI = 2;
    /** {@link SrdStats}. */
    public static final int TYPE_ENA_SRD = 3;
    /** Values of 8 bytes in the control buffer, in the order of their bits. */
    public static final int TYPE_CUSTOMER_METRICS = 4;
    /** Of one queue. */
    public static final int SCOPE_QUEUE = 0;
    /** Of all. */
    public static final int SCOPE_PORT = 1;
    /** The device itself. */
    public static final int THIS_DEVICE = 0xffff;
    /** Metric, as are the following in the order of {@link EniStats}. */
    public static final int METRIC_BW_IN_ALLOWANCE_EXCEEDED = 0;
    /** Metric: connections that can still be tracked. */
    public static final int METRIC_CONNTRACK_ALLOWANCE_AVAILABLE = 5;
    /** All metrics. */
    public static final int METRICS_MASK = 0x3f;
    /** Metrics that a device must have to be asked for any. */
    public static final int METRICS_MINIMUM = 0x1f;
    /** Size of the control buffer. */
    public static final int METRICS_BUFFER_BYTES = 512;

    /** Reads it. */
    public static GetStats read(Memory memory, long at) {
        return new GetStats(memory.getUnsignedByte(at + 16), memory.getUnsignedByte(at + 17),
            memory.getUnsignedShort(at + 20), memory.getUnsignedShort(at + 22), memory.getLong(at + 24));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at + 16, BYTES - 16, (byte) 0);
        memory.putByte(at + 16, (byte) type);
        memory.putByte(at + 17, (byte) scope);
        memory.putShort(at + 20, (short) queue);
        memory.putShort(at + 22, (short) device);
        memory.putLong(at + 24, requestedMetrics);
    }
}
