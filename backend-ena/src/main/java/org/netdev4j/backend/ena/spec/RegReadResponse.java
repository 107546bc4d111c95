package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * What the device writes into memory instead of answering a read of a register [AMZN ena_admin_defs.h, struct
 * ena_admin_ena_mmio_req_read_less_resp]: the number of the request, the register and its value.
 */
public final class RegReadResponse {
    /** Size. */
    public static final int BYTES = 8;

    private RegReadResponse() {
    }

    /** The number, with the rest visible if it is the one awaited. */
    public static int reqIdAcquire(Memory at, long offset) {
        return at.getShortAcquire(offset) & 0xffff;
    }

    /** Writes a number that is not the one awaited, so that the answer shows. */
    public static void poison(Memory at, long offset, int reqId) {
        at.putShort(offset, (short) reqId);
    }

    /** Offset of the register. */
    public static int register(Memory at, long offset) {
        return at.getUnsignedShort(offset + 2);
    }

    /** Its value. */
    public static int value(Memory at, long offset) {
        return at.getInt(offset + 4);
    }

    /** Writes an answer. */
    public static void write(Memory at, long offset, int reqId, int register, int value) {
        at.putInt(offset + 4, value);
        at.putIntRelease(offset, reqId & 0xffff | register << 16);
    }
}
