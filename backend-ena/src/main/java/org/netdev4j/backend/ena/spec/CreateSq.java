package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A submission queue to make; {@code at} is the start of the command [AMZN ena_admin_defs.h, struct
 * ena_admin_aq_create_sq_cmd].
 *
 * @param identity the direction, in bits 7:5
 * @param caps2 placement in bits 3:0, completion policy in bits 6:4
 * @param caps3 {@link #CONTIGUOUS}
 * @param cqIndex the completion queue
 * @param depth entries
 * @param address of the ring; not for low-latency queues
 * @param headWriteback where the consumed descriptors are told; in no use
 */
public record CreateSq(int identity, int caps2, int caps3, int cqIndex, int depth, long address, long headWriteback) {
    /** Size, from the start of the entry. */
    public static final int BYTES = 36;
    /** Direction: transmit. */
    public static final int TX = 1;
    /** Direction: receive. */
    public static final int RX = 2;
    /** Placement: in the memory of the host. */
    public static final int PLACEMENT_HOST = 1;
    /** Placement: in the memory of the device, a low-latency queue. */
    public static final int PLACEMENT_DEVICE = 3;
    /** Completion policy: the one in use. */
    public static final int COMPLETION_PER_DESC = 0;
    /** The ring is contiguous. */
    public static final int CONTIGUOUS = 1;

    /** Reads it. */
    public static CreateSq read(Memory memory, long at) {
        return new CreateSq(memory.getUnsignedByte(at + 4), memory.getUnsignedByte(at + 6),
            memory.getUnsignedByte(at + 7), memory.getUnsignedShort(at + 8), memory.getUnsignedShort(at + 10),
            memory.getLong(at + 12) & EnaAddress.MASK, memory.getLong(at + 20) & EnaAddress.MASK);
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at + 4, BYTES - 4, (byte) 0);
        memory.putByte(at + 4, (byte) identity);
        memory.putByte(at + 6, (byte) caps2);
        memory.putByte(at + 7, (byte) caps3);
        memory.putShort(at + 8, (short) cqIndex);
        memory.putShort(at + 10, (short) depth);
        memory.putLong(at + 12, EnaAddress.checked(address));
        memory.putLong(at + 20, EnaAddress.checked(headWriteback));
    }

    /** Makes a request. */
    public static CreateSq of(int direction, int placement, int cqIndex, int depth, long address) {
        return new CreateSq(direction << 5, placement | COMPLETION_PER_DESC << 4, CONTIGUOUS, cqIndex, depth, address, 0);
    }

    /** {@link #TX} or {@link #RX}. */
    public int direction() {
        return identity >>> 5;
    }

    /** Where the ring is. */
    public int placement() {
        return caps2 & 0xf;
    }

    /** When the device completes. */
    public int completionPolicy() {
        return caps2 >>> 4 & 7;
    }
}
