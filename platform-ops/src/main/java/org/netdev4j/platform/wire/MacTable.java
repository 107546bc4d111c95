package org.netdev4j.platform.wire;

/**
 * Which address was last seen at which port of a switch.
 *
 * <p>A fixed table: an address may lie in a few slots that follow its hash; when all are taken the one seen longest ago
 * gives way. What falls out is only flooded again, as in a real switch. Not thread-safe. Nothing allocates after
 * construction.
 */
final class MacTable {
    /** {@link #lookup} found nothing. */
    static final int UNKNOWN = -1;

    private static final int SLOTS = 8192;
    private static final int PROBES = 8;
    // Set in every key, so that no address is the key of an empty slot.
    private static final long USED = 1L << 48;

    private final long[] keys = new long[SLOTS];
    private final int[] ports = new int[SLOTS];
    private final long[] seen = new long[SLOTS];
    private final long ageNanos;

    MacTable(long ageNanos) {
        this.ageNanos = ageNanos;
    }

    /** Notes that {@code mac} (48 bits) was seen at a port. */
    void learn(long mac, int port, long now) {
        long key = mac | USED;
        int start = slotOf(mac);
        int take = start;
        for (int i = 0; i < PROBES; i++) {
            int slot = start + i & SLOTS - 1;
            if (keys[slot] == key) {
                take = slot;
                break;
            }
            if (keys[take] != 0 && (keys[slot] == 0 || seen[slot] - seen[take] < 0)) {
                take = slot;
            }
        }
        keys[take] = key;
        ports[take] = port;
        seen[take] = now;
    }

    /** The port at which {@code mac} was seen, or {@link #UNKNOWN} if never or too long ago. */
    int lookup(long mac, long now) {
        long key = mac | USED;
        int start = slotOf(mac);
        for (int i = 0; i < PROBES; i++) {
            int slot = start + i & SLOTS - 1;
            if (keys[slot] == key) {
                return now - seen[slot] > ageNanos ? UNKNOWN : ports[slot];
            }
        }
        return UNKNOWN;
    }

    /** Forgets all addresses of a port. */
    void forget(int port) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (ports[slot] == port) {
                keys[slot] = 0;
            }
        }
    }

    /** Addresses known now. */
    int size(long now) {
        int count = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            if (keys[slot] != 0 && now - seen[slot] <= ageNanos) {
                count++;
            }
        }
        return count;
    }

    private static int slotOf(long mac) {
        // Fibonacci hashing: the high bits of a product with 2^64 divided by the golden ratio.
        return (int) (mac * 0x9E37_79B9_7F4A_7C15L >>> 64 - Integer.numberOfTrailingZeros(SLOTS));
    }
}
