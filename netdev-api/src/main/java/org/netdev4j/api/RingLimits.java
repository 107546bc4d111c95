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
    public RingLimits {
        if (min < 1 || max < min || step < 1 || !allowed(min, max, step, powerOfTwo, standard)) {
            throw new IllegalArgumentException("ring limits must allow their standard size: min=" + min + " max=" + max
                + " step=" + step + " powerOfTwo=" + powerOfTwo + " standard=" + standard);
        }
    }

    private static boolean allowed(int min, int max, int step, boolean powerOfTwo, int size) {
        return size >= min && size <= max && size % step == 0 && (!powerOfTwo || Integer.bitCount(size) == 1);
    }

    /** True if a ring can have this size. */
    public boolean allows(int size) {
        return allowed(min, max, step, powerOfTwo, size);
    }

    @Override
    public String toString() {
        return min + " to " + max + (powerOfTwo ? ", a power of two" : step > 1 ? ", a multiple of " + step : "");
    }
}
