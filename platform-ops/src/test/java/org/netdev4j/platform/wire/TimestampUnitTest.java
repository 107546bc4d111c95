package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TimestampUnitTest {
    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    @Property(seed = "1")
    void toEpochNanos_isExact(@ForAll long units, @ForAll @IntRange(max = 255) int resolution) {
        assertEquals(exact(units, resolution), new TimestampUnit(resolution, 0).toEpochNanos(units));
    }

    @Property(seed = "2")
    void toEpochNanos_isExact_forLikelyTimes(@ForAll @IntRange(max = 1_999_999_999) int seconds,
        @ForAll @IntRange(max = 999_999_999) int nanos, @ForAll @IntRange(min = 0, max = 9) int digits) {
        BigInteger time = BigInteger.valueOf(seconds).multiply(BILLION).add(BigInteger.valueOf(nanos));
        long units = time.divide(BigInteger.TEN.pow(9 - digits)).longValueExact();

        assertEquals(exact(units, digits), new TimestampUnit(digits, 0).toEpochNanos(units));
    }

    private static long exact(long units, int resolution) {
        BigInteger divisor = resolution < 128 ? BigInteger.TEN.pow(resolution) : BigInteger.TWO.pow(resolution - 128);
        BigInteger count = new BigInteger(Long.toUnsignedString(units));
        return count.multiply(BILLION).divide(divisor).min(MOST).longValueExact();
    }

    @Example
    void toEpochNanos_addsTheOffset() {
        assertEquals(1_000_000_002_000L, new TimestampUnit(6, 1000).toEpochNanos(2));
        assertEquals(-999_999_998_000L, new TimestampUnit(6, -1000).toEpochNanos(2));
        assertEquals(500_000_000L, new TimestampUnit(0x81, 0).toEpochNanos(1));
        assertEquals(Long.MAX_VALUE, new TimestampUnit(6, Long.MAX_VALUE).toEpochNanos(2));
        assertEquals(-Long.MAX_VALUE, new TimestampUnit(6, Long.MIN_VALUE).toEpochNanos(0));
    }
}
