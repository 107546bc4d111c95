package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * What the device writes into memory when it is asked for the time of its clock [AMZN ena_admin_defs.h, struct
 * ena_admin_phc_resp].
 */
public final class PhcResponse {
    /** Size. */
    public static final int BYTES = 64;

    /** The timestamp is not valid. */
    public static final int ERROR_TIMESTAMP = 1;
    /** The error bound is not valid. */
    public static final int ERROR_ERROR_BOUND = 2;

    private PhcResponse() {
    }

    /** The number of the request, with the rest visible if it is the one awaited. */
    public static int reqIdAcquire(Memory at, long offset) {
        return at.getShortAcquire(offset) & 0xffff;
    }

    /** Writes a number that is not the one awaited, so that the answer shows. */
    public static void poison(Memory at, long offset, int reqId) {
        at.putShort(offset, (short) reqId);
    }

    /** Nanoseconds. */
    public static long timestamp(Memory at, long offset) {
        return at.getLong(offset + 8);
    }

    /** How far off it may be, in nanoseconds. */
    public static int errorBound(Memory at, long offset) {
        return at.getInt(offset + 24);
    }

    /** Of the constants above. */
    public static int errorFlags(Memory at, long offset) {
        return at.getInt(offset + 28);
    }

    /** Writes an answer. */
    public static void write(Memory at, long offset, int reqId, long timestamp, int errorBound, int errorFlags) {
        at.putLong(offset + 8, timestamp);
        at.putInt(offset + 24, errorBound);
        at.putInt(offset + 28, errorFlags);
        at.putShortRelease(offset, (short) reqId);
    }
}
