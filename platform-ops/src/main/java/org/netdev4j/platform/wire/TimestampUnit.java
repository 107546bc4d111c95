package org.netdev4j.platform.wire;

/**
 * Timestamps of one pcapng interface, made into nanoseconds.
 *
 * <p>[draft-ietf-opsawg-pcapng, 4.2, if_tsresol]: "If the Most Significant Bit is equal to zero, the remaining bits
 * indicates the resolution of the timestamp as a negative power of 10 [...]. If the Most Significant Bit is equal to one,
 * the remaining bits indicates the resolution as negative power of 2". if_tsoffset: seconds to add.
 *
 * @param resolution    the octet of if_tsresol
 * @param offsetSeconds the value of if_tsoffset
 */
record TimestampUnit(int resolution, long offsetSeconds) {
    /** What holds when an interface says nothing: microseconds since 1970. */
    static final TimestampUnit STANDARD = new TimestampUnit(6, 0);

    private static final int BINARY = 0x80;
    private static final int NANO_DIGITS = 9;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    // 10^19 is the largest power of ten in 64 bits: beyond 10^-28 seconds even the largest count is less than a nanosecond.
    private static final int MOST_DIGITS = 28;

    /** Nanoseconds since 1970, rounded down; the nearest there is if 64 bits cannot hold it. */
    long toEpochNanos(long units) {
        long nanos = (resolution & BINARY) == 0 ? fromDecimal(units, resolution) : fromBinary(units, resolution & ~BINARY);
        long offset = saturated(Math.abs(Math.max(offsetSeconds, -Long.MAX_VALUE)), NANOS_PER_SECOND);
        if (offsetSeconds < 0) {
            return nanos - offset;
        }
        return nanos > Long.MAX_VALUE - offset ? Long.MAX_VALUE : nanos + offset;
    }

    private static long fromDecimal(long units, int digits) {
        if (digits <= NANO_DIGITS) {
            return saturated(units, powerOfTen(NANO_DIGITS - digits));
        }
        return digits > MOST_DIGITS ? 0 : nonNegative(Long.divideUnsigned(units, powerOfTen(digits - NANO_DIGITS)));
    }

    private static long fromBinary(long units, int bits) {
        if (bits == 0) {
            return saturated(units, NANOS_PER_SECOND);
        }
        if (bits >= Long.SIZE) {
            return Math.unsignedMultiplyHigh(units, NANOS_PER_SECOND) >>> bits - Long.SIZE;
        }
        long fraction = units & (1L << bits) - 1;
        long high = Math.unsignedMultiplyHigh(fraction, NANOS_PER_SECOND);
        long nanos = high << Long.SIZE - bits | fraction * NANOS_PER_SECOND >>> bits;
        long whole = saturated(units >>> bits, NANOS_PER_SECOND);
        return whole > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : whole + nanos;
    }

    /** The product of an unsigned number and a factor, or the largest long. */
    private static long saturated(long unsigned, long factor) {
        return Long.compareUnsigned(unsigned, Long.MAX_VALUE / factor) > 0 ? Long.MAX_VALUE : unsigned * factor;
    }

    private static long nonNegative(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
