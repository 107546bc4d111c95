package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * An event: an entry of the asynchronous event notification queue [AMZN ena_admin_defs.h, struct ena_admin_aenq_entry
 * and those of the groups].
 *
 * <pre>
 *  0 | group                       | syndrome                    |
 *  4 | phase (0)                                                 |
 *  8 | timestamp                                                 |
 * 16 | the group's own                                           |
 * </pre>
 */
public final class AenqEntry {
    /** Size. */
    public static final int BYTES = 64;
    /** Where the group's own part begins: {@link HwHints} of {@link #UPDATE_HINTS} for example. */
    public static final int PAYLOAD = 16;
    /** Where the word with the phase bit is. */
    public static final int FLAGS_OFFSET = 4;
    /** Word at {@link #FLAGS_OFFSET}: the phase bit. */
    public static final int PHASE = 1;

    /** Syndrome of a notification: new hints. */
    public static final int UPDATE_HINTS = 2;
    /** First word of a link change: the link is up. */
    public static final int LINK_UP = 1;

    private AenqEntry() {
    }

    /** The flags, with the rest of the entry visible if the phase says that it is new. */
    public static int flagsAcquire(Memory ring, long at) {
        return ring.getIntAcquire(at + FLAGS_OFFSET);
    }

    /** Of {@link AenqGroup}, as it stands there. */
    public static int group(Memory ring, long at) {
        return ring.getUnsignedShort(at);
    }

    /** What exactly. */
    public static int syndrome(Memory ring, long at) {
        return ring.getUnsignedShort(at + 2);
    }

    /** When, by the device's clock. */
    public static long timestamp(Memory ring, long at) {
        return ring.getLong(at + 8);
    }

    /** Link change: {@link #LINK_UP}. */
    public static int linkFlags(Memory ring, long at) {
        return ring.getInt(at + PAYLOAD);
    }

    /** Keep-alive: received packets dropped since the last reset. */
    public static long rxDrops(Memory ring, long at) {
        return ring.getLong(at + PAYLOAD);
    }

    /** Keep-alive: packets dropped instead of sent since the last reset. */
    public static long txDrops(Memory ring, long at) {
        return ring.getLong(at + PAYLOAD + 8);
    }

    /** Keep-alive: received packets that found no buffer since the last reset. */
    public static long rxOverruns(Memory ring, long at) {
        return ring.getLong(at + PAYLOAD + 16);
    }

    /** Remarks on the configuration: a bit each; bit i is known to people as code i + 1. */
    public static long confNotifications(Memory ring, long at) {
        return ring.getLong(at + PAYLOAD);
    }

    /** Writes the header, with zeros behind it. */
    public static void start(Memory entry, long at, AenqGroup group, int syndrome, int phase, long timestamp) {
        entry.fill(at, BYTES, (byte) 0);
        entry.putInt(at, group.code() | syndrome << 16);
        entry.putInt(at + FLAGS_OFFSET, phase & PHASE);
        entry.putLong(at + 8, timestamp);
    }

    /** Writes the part of a keep-alive. */
    public static void keepAlive(Memory entry, long at, long rxDrops, long txDrops, long rxOverruns) {
        entry.putLong(at + PAYLOAD, rxDrops);
        entry.putLong(at + PAYLOAD + 8, txDrops);
        entry.putLong(at + PAYLOAD + 16, rxOverruns);
    }
}
