package org.netdev4j.backend.ena;

/**
 * Request ids that are free, the one that has been free longest first: an id that the device repeats by mistake is then
 * found to be unused, and not taken for a younger packet's. For the queue's thread.
 */
final class IdRing {
    private final char[] ids;
    private final int mask;
    private int take;
    private int give;

    IdRing(int size) {
        ids = new char[size];
        mask = size - 1;
        reset();
    }

    /** All free, in order. */
    void reset() {
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (char) i;
        }
        take = 0;
        give = ids.length;
    }

    /** Takes an id; there must be one. */
    int take() {
        return ids[take++ & mask];
    }

    /** Gives an id back. */
    void give(int id) {
        ids[give++ & mask] = (char) id;
    }

    /** Free ids. */
    int available() {
        return give - take;
    }
}
