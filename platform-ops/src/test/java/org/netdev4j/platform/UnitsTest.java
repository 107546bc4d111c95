package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1ns,1", "250us,250000", "250µs,250000", "1.5ms,1500000", "2s,2000000000", "0.3ns,0", "0s,0"})
    void durationNanos_reads(String text, long nanos) {
        assertEquals(nanos, Units.durationNanos(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "ms", "-1ms", "1m", "1 ms", "1.ms", ".5ms", "1e3ms", "0x1ms", "1msx", "1,5ms",
        "99999999999s"})
    void durationNanos_refuses(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Units.durationNanos(text)).getMessage();
        assertTrue(message.startsWith("\"" + text + "\": "), message);
        assertTrue(message.contains("250us") || message.contains("too large"), message);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "64k,65536", "64K,65536", "1M,1048576", "1.5k,1536", "2G,2147483648"})
    void bytes_readsPowersOf1024(String text, long bytes) {
        assertEquals(bytes, Units.bytes(text));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10k,10000", "10M,10000000", "2.5G,2500000000", "100g,100000000000"})
    void bitsPerSecond_readsPowersOf1000(String text, long bits) {
        assertEquals(bits, Units.bitsPerSecond(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "M", "10T", "10Mbit", "0.1", "9999999999G"})
    void bitsPerSecond_refuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> Units.bitsPerSecond(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "0.01,0.01", "1%,0.01", "100%,1", "0.5%,0.005"})
    void probability_reads(String text, double probability) {
        assertEquals(probability, Units.probability(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.01", "101%", "-0.1", "x", "", "1k", "50 %", "NaN"})
    void probability_refuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> Units.probability(text));
    }

    @Test
    void wholeNumber_keepsToItsRange() {
        assertEquals(7, Units.wholeNumber("7", 1, 7));
        assertEquals(Long.MIN_VALUE, Units.wholeNumber("-9223372036854775808", Long.MIN_VALUE, 0));
        for (String wrong : new String[] {"8", "0", "1.5", "", "x", "99999999999999999999"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Units.wholeNumber(wrong, 1, 7)).getMessage();
            assertTrue(message.contains("from 1 to 7"), message);
        }
    }
}
