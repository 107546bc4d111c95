package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A transmit completion [AMZN ena_eth_io_defs.h, struct ena_eth_io_tx_cdesc, ena_eth_io_tx_cdesc_ext]. The device writes
 * it; the phase bit says that it is new.
 *
 * <pre>
 *        31 30 29     25 24 23         16 15                                0
 * word 0 | MBZ |   0    |PH| status      | req_id                          |
 * word 1 | sq_head_idx                   | sub_qid                         |
 * word 2 | timestamp 31:0                 (extended entries only)          |
 * word 3 | timestamp 63:32                                                 |
 * </pre>
 */
public final class TxCompletion {
    /** Size. */
    public static final int BYTES = 8;
    /** Size with a timestamp. */
    public static final int EXTENDED_BYTES = 16;

    /** Word 0: the phase bit. */
    public static final int PHASE = 1 << 24;
    /** Word 0: bits that a device of {@link DeviceAttributes#CAP_CDESC_MBZ} keeps zero. */
    public static final int MUST_BE_ZERO = 3 << 30;

    private TxCompletion() {
    }

    /** Word 0, with the rest of the entry visible if its phase says that it is new. */
    public static int word0Acquire(Memory ring, long at) {
        return ring.getIntAcquire(at);
    }

    /** The packet. */
    public static int reqId(int word0) {
        return word0 & 0xffff;
    }

    /** Word 1. */
    public static int word1(Memory ring, long at) {
        return ring.getInt(at + 4);
    }

    /** Descriptors that the device has consumed. */
    public static int sqHeadIndex(int word1) {
        return word1 >>> 16;
    }

    /** Nanoseconds by the device's clock; extended entries only. */
    public static long timestamp(Memory ring, long at) {
        return ring.getLong(at + 8);
    }

    /** Word 0: phase and more in {@code flags}. */
    public static int word0(int reqId, int status, int flags) {
        return reqId | status << 16 | flags;
    }

    /** Word 1. */
    public static int word1(int subQueue, int sqHeadIndex) {
        return subQueue & 0xffff | sqHeadIndex << 16;
    }
}
