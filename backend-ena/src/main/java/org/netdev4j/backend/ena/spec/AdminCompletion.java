package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * An admin completion: an entry of the admin completion queue [AMZN ena_admin_defs.h, struct ena_admin_acq_entry].
 *
 * <pre>
 *  0 | command_id (11:0)           | status       | phase        |
 *  4 | extended_status             | sq_head_indx                |
 *  8 | answer                                                    |
 * </pre>
 */
public final class AdminCompletion {
    /** Size. */
    public static final int BYTES = 64;
    /** Where the answer begins. */
    public static final int PAYLOAD = 8;
    /** Word 0: the phase bit. */
    public static final int PHASE = 1 << 24;

    private AdminCompletion() {
    }

    /** Word 0, with the rest of the entry visible if its phase says that it is new. */
    public static int word0Acquire(Memory ring, long at) {
        return ring.getIntAcquire(at);
    }

    /** The command. */
    public static int commandId(int word0) {
        return word0 & AdminEntry.MAX_COMMAND_ID;
    }

    /** Of {@link AdminStatus}, as it stands there. */
    public static int status(int word0) {
        return word0 >>> 16 & 0xff;
    }

    /** More on the status. */
    public static int extendedStatus(Memory ring, long at) {
        return ring.getUnsignedShort(at + 4);
    }

    /** Commands that the device has consumed. */
    public static int sqHeadIndex(Memory ring, long at) {
        return ring.getUnsignedShort(at + 6);
    }

    /** Writes the header; {@code phase} is {@link #PHASE} or 0. */
    public static void write(Memory entry, long at, int commandId, int status, int phase, int extendedStatus,
                             int sqHeadIndex) {
        entry.putInt(at, commandId & AdminEntry.MAX_COMMAND_ID | status << 16 | phase);
        entry.putInt(at + 4, extendedStatus & 0xffff | sqHeadIndex << 16);
    }
}
