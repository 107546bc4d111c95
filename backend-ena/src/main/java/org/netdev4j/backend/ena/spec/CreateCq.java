package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A completion queue to make; {@code at} is the start of the command [AMZN ena_admin_defs.h, struct
 * ena_admin_aq_create_cq_cmd].
 *
 * @param caps1 {@link #INTERRUPT_MODE}
 * @param entryWords words of 4 bytes of an entry
 * @param depth entries, a power of two
 * @param vector MSI-X vector; all ones for none
 * @param address of the ring
 */
public record CreateCq(int caps1, int entryWords, int depth, int vector, long address) {
    /** Size, from the start of the entry. */
    public static final int BYTES = 20;
    /** The queue has interrupts. */
    public static final int INTERRUPT_MODE = 1 << 5;
    /** Vector: none. */
    public static final int NO_VECTOR = -1;

    /** Reads it. */
    public static CreateCq read(Memory memory, long at) {
        return new CreateCq(memory.getUnsignedByte(at + 4), memory.getUnsignedByte(at + 5),
            memory.getUnsignedShort(at + 6), memory.getInt(at + 8), memory.getLong(at + 12) & EnaAddress.MASK);
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at + 4, BYTES - 4, (byte) 0);
        memory.putByte(at + 4, (byte) caps1);
        memory.putByte(at + 5, (byte) entryWords);
        memory.putShort(at + 6, (short) depth);
        memory.putInt(at + 8, vector);
        memory.putLong(at + 12, EnaAddress.checked(address));
    }
}
