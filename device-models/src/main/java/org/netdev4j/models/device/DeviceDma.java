package org.netdev4j.models.device;

import org.netdev4j.platform.memory.Memory;

/**
 * A device's reads and writes of the other side's memory. Addresses are IOVAs: nothing that the other side says is
 * trusted. For the device's thread. Allocates nothing.
 *
 * <p>Every call is one transaction for {@link Accounting}. One that reaches memory that is not mapped for the device
 * moves nothing, is reported by name and counted as a DMA fault.
 */
public interface DeviceDma {
    /**
     * Reads.
     *
     * @return false if it faulted, with {@code to} unchanged
     */
    boolean read(Kind kind, long iova, Memory to, long at, int length);

    /** Writes, in no order that anybody may rely on; but before all later calls. False if it faulted. */
    boolean write(Kind kind, long iova, Memory from, long at, int length);

    /**
     * Writes an entry of a ring: all of it, and the 32-bit word at {@code flagOffset} last, with release semantics, so
     * that who sees the flag in it sees the rest.
     *
     * @param length     of the entry, a multiple of 4, at a multiple of 4
     * @param flagOffset of the word in the entry
     * @return false if it faulted
     */
    boolean writeEntry(Kind kind, long iova, Memory from, long at, int length, int flagOffset);

    /** What a transaction carries. */
    enum Kind {
        /** Descriptors that the driver wrote. */
        DESCRIPTOR,
        /** Completions for the driver. */
        COMPLETION,
        /** Packets. */
        PAYLOAD,
        /** All else: commands, events, control buffers, mailboxes. */
        CONTROL
    }
}
