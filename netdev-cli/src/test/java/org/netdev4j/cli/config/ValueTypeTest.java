package org.netdev4j.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;

class ValueTypeTest {
    @ParameterizedTest
    @CsvSource({"10kpps,PACKETS,10000", "1pps,PACKETS,1", "1.5Mpps,PACKETS,1500000", "100Mbps,BITS,100000000", "2.5Gbit/s,BITS,2500000000",
        "64bps,BITS,64", "max,NONE,0", "original,AS_CAPTURED,0"})
    void rate_readsPacketsAndBits(String text, Rate.Limit limit, long perSecond) {
        assertEquals(new Rate(limit, perSecond), ValueType.RATE.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "fast", "0pps", "-1pps", "0.5pps", "10kpp", "99999999Gpps", "1e3pps", "10 kpps"})
    void rate_refusesTheRest(String text) {
        assertThrows(IllegalArgumentException.class, () -> ValueType.RATE.read(text));
    }

    @Test
    void frameSizes_readsNumbersAndImix() {
        assertEquals(List.of(60), FrameSizes.parse("60").cycle());
        assertEquals(12, FrameSizes.parse("imix").cycle().size());
        assertEquals(1514, FrameSizes.parse("imix").longest());
        assertEquals(60, FrameSizes.parse("imix").shortest());
        for (String wrong : List.of("59", "65550", "IMIX", "60-70", "")) {
            assertThrows(IllegalArgumentException.class, () -> FrameSizes.parse(wrong), wrong);
        }
    }

    @ParameterizedTest
    @CsvSource({"10.77.0.2/24,10.77.0.2/24", "10.77.0.2,10.77.0.2/32", "fd00::2/64,fd00::2/64", "fd00::2,fd00::2/128", "10.0.0.1/0,10.0.0.1/0"})
    void ip_readsAddressAndPrefix(String text, String expected) {
        assertEquals(expected, ValueType.IP.read(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.1/33", "fd00::1/129", "10.0.0.1/", "10.0.0.1/x", "224.0.0.1", "ff02::1", "::", "0.0.0.0",
        "255.255.255.255", "localhost"})
    void ip_refusesWhatIsNoStation(String text) {
        assertThrows(IllegalArgumentException.class, () -> ValueType.IP.read(text));
    }

    @Test
    void flag_readsYamlsOldAndNewWords() {
        for (String yes : List.of("on", "true", "yes", "ON")) {
            assertTrue(ValueType.FLAG.read(yes));
        }
        for (String no : List.of("off", "false", "no", "Off")) {
            assertFalse(ValueType.FLAG.read(no));
        }
        assertThrows(IllegalArgumentException.class, () -> ValueType.FLAG.read("1"));
    }

    @Test
    void list_splitsAtCommas() {
        ValueType<List<Integer>> type = ValueType.list(ValueType.whole(0, 9));

        assertEquals(List.of(1, 2, 3), type.read("1, 2,3"));
        assertEquals(List.of(), type.read(""));
        assertEquals(List.of(1L, 2L), type.plain("1,2"));
        assertThrows(IllegalArgumentException.class, () -> type.read("1,,2"));
        assertThrows(IllegalArgumentException.class, () -> type.read("1,10"));
    }

    @Test
    void constant_isWrittenInSmallLetters() {
        assertEquals(HashField.L3_SOURCE, ValueType.constant(HashField.class).read("l3-source"));
        assertEquals(HashFunction.CRC32, ValueType.constant(HashFunction.class).read("crc32"));
        String message = assertThrows(IllegalArgumentException.class, () -> ValueType.constant(HashFunction.class).read("toplitz")).getMessage();
        assertEquals("\"toplitz\": one of toeplitz, crc32 is needed; did you mean \"toeplitz\"?", message);
    }

    @Test
    void hex_readsBytesWithAndWithoutColons() {
        assertEquals(List.of((byte) 0x6d, (byte) 0x5a), List.of(Hex.parse("6d:5a")[0], Hex.parse("6d5a")[1]));
        assertThrows(IllegalArgumentException.class, () -> Hex.parse("6d:5"));
        assertThrows(IllegalArgumentException.class, () -> Hex.parse("xx"));
    }

    @Test
    void keys_haveAStandardValueThatTheirTypeTakes_andADescription() {
        for (Key<?> key : Keys.all()) {
            assertFalse(key.description().isBlank(), key.path());
            if (!key.standard().isEmpty()) {
                key.type().read(key.standard());
            }
        }
    }
}
