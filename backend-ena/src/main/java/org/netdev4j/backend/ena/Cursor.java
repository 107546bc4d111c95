package org.netdev4j.backend.ena;

/**
 * Arithmetic of positions in rings: they run freely over the whole range of an int, and the ring's size is a power of
 * two. So the difference of two positions is a length, the low bits are the slot, and the bit above them tells the
 * rounds apart, from which follows the phase: 1 in the first round, then 0, and so on.
 */
final class Cursor {
    private Cursor() {
    }

    /** The slot of a position. */
    static int slot(int position, int mask) {
        return position & mask;
    }

    /**
     * The phase at a position, as the bit in which descriptors and completions have it.
     *
     * @param phaseBit the mask of that bit
     */
    static int phase(int position, int mask, int phaseBit) {
        return (position & mask + 1) == 0 ? phaseBit : 0;
    }
}
