package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestTest {
    private static final List<String> KNOWN = List.of("tap", "pcap", "self", "link", "switch", "null", "delay", "queues");

    @ParameterizedTest
    @CsvSource({"tpa,tap", "ta,tap", "pcpa,pcap", "PCAP,pcap", "swich,switch", "dealy,delay", "del,delay", "queue,queues",
        "lnik,link"})
    void nearest_findsSlipsOfTheHand(String written, String meant) {
        assertEquals(Optional.of(meant), Suggest.nearest(written, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"xyz", "bridge", "'\u00e9\u00e9\u00e9'", "''"})
    void nearest_findsNothing_whenNothingIsNear(String written) {
        assertEquals(Optional.empty(), Suggest.nearest(written, KNOWN));
    }

    @Test
    void nearest_takesTheFirst_ofEquallyNear() {
        assertEquals(Optional.of("aa1"), Suggest.nearest("aa0", List.of("aa1", "aa2")));
        assertEquals(Optional.of("aa0"), Suggest.nearest("aa0", List.of("aa1", "aa0")));
        assertEquals(Optional.empty(), Suggest.nearest("aa0", List.of()));
    }

    @Test
    void didYouMean_isTheEndOfAMessage() {
        assertEquals("; did you mean \"tap\"?", Suggest.didYouMean("tpa", KNOWN));
        assertEquals("", Suggest.didYouMean("xyz", KNOWN));
    }
}
