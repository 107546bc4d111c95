package org.netdev4j.api;

/**
 * Which ring sizes a queue can have, in descriptors.
 *
 * @param min        smallest
 * @param max        largest
 * @param step       every size is a multiple of it
 * @param powerOfTwo true if only powers of two are allowed
 * @param standard   the size when none is asked for
 */
public record RingLimits(int min, int max, int step, boolean powerOfTwo, int standard) {
    /** True if a ring can have this size. */
    public boolean allows(int size) {
        return size >= min && size <= max && size % step == 0 && (!powerOfTwo || Integer.bitCount(size) == 1);
    }

    @Override
    public String toString() {
        return min + " to " + max + (powerOfTwo ? ", a power of two" : step > 1 ? ", a multiple of " + step : "");
    }
}
