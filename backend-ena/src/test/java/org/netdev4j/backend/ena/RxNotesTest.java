package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.NetBuf;

/** ENA 45: the grid of protocols and checksum results. */
class RxNotesTest {
    private static final int L3_ERR = 1 << 13;
    private static final int L4_ERR = 1 << 14;
    private static final int FRAG = 1 << 15;
    private static final int CHECKED = 1 << 16;

    @ParameterizedTest
    @CsvSource({
        // l3, l4, bits, flags, good, bad, unchecked
        "8, 12, CHECKED, IP_GOOD L4_GOOD, 1, 0, 0",
        "8, 13, CHECKED, IP_GOOD L4_GOOD, 1, 0, 0",
        "8, 12, CHECKED L4_ERR, IP_GOOD L4_BAD, 0, 1, 0",
        "8, 13, CHECKED L4_ERR, IP_GOOD L4_BAD, 0, 1, 0",
        "8, 12, L4_ERR, IP_GOOD, 0, 0, 1",
        "8, 12, NONE, IP_GOOD, 0, 0, 1",
        "8, 12, L3_ERR CHECKED, IP_BAD L4_GOOD, 1, 1, 0",
        "8, 12, L3_ERR CHECKED L4_ERR, IP_BAD L4_BAD, 0, 2, 0",
        "8, 12, FRAG CHECKED, IP_GOOD, 0, 0, 0",
        "8, 12, FRAG CHECKED L4_ERR, IP_GOOD, 0, 0, 0",
        "8, 13, FRAG L3_ERR CHECKED L4_ERR, IP_BAD, 0, 1, 0",
        "8, 0, CHECKED L4_ERR, IP_GOOD, 0, 0, 0",
        "8, 23, CHECKED L4_ERR, IP_GOOD, 0, 0, 0",
        "11, 12, CHECKED, L4_GOOD, 1, 0, 0",
        "11, 13, CHECKED L4_ERR, L4_BAD, 0, 1, 0",
        "11, 13, L3_ERR CHECKED, L4_GOOD, 1, 0, 0",
        "11, 12, NONE, NONE, 0, 0, 1",
        "11, 0, L3_ERR L4_ERR CHECKED, NONE, 0, 0, 0",
        "0, 0, L3_ERR L4_ERR CHECKED, NONE, 0, 0, 0",
        "21, 0, L3_ERR L4_ERR CHECKED, NONE, 0, 0, 0",
        "22, 23, L3_ERR L4_ERR CHECKED, NONE, 0, 0, 0"
    })
    @DisplayName("ENA 45")
    void checksumFlags(int l3, int l4, String bits, String flags, long good, long bad, long unchecked) {
        EnaRxStats stats = new EnaRxStats();
        int found = RxNotes.checksumFlags(l3 | l4 << 8 | bits(bits), stats);
        assertEquals(Integer.toHexString(flags(flags)), Integer.toHexString(found));
        assertEquals(good, stats.checksumGood);
        assertEquals(bad, stats.checksumBad);
        assertEquals(unchecked, stats.checksumUnchecked);
    }

    private static int bits(String names) {
        int bits = 0;
        for (String name : names.split(" ")) {
            bits |= switch (name) {
                case "L3_ERR" -> L3_ERR;
                case "L4_ERR" -> L4_ERR;
                case "FRAG" -> FRAG;
                case "CHECKED" -> CHECKED;
                default -> 0;
            };
        }
        return bits;
    }

    private static int flags(String names) {
        int flags = 0;
        for (String name : names.split(" ")) {
            flags |= switch (name) {
                case "IP_GOOD" -> NetBuf.RX_IP_CHECKSUM_GOOD;
                case "IP_BAD" -> NetBuf.RX_IP_CHECKSUM_BAD;
                case "L4_GOOD" -> NetBuf.RX_L4_CHECKSUM_GOOD;
                case "L4_BAD" -> NetBuf.RX_L4_CHECKSUM_BAD;
                default -> 0;
            };
        }
        return flags;
    }
}
