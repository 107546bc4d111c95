package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.memory.Memory;

class ToeplitzTest {
    private static final byte[] KEY = Toeplitz.microsoftKey();

    // All rows of Microsoft, "Verifying the RSS Hash Calculation" (MicrosoftDocs/windows-driver-docs,
    // windows-driver-docs-pr/network/verifying-the-rss-hash-calculation.md, commit 088014e).
    @ParameterizedTest
    @CsvSource({
        "161.142.100.80, 1766,  66.9.149.187,   2794,  323e8fc2, 51ccc178",
        "65.69.140.83,   4739,  199.92.111.2,   14230, d718262a, c626b0ea",
        "12.22.207.184,  38024, 24.19.198.95,   12898, d2d0a5de, 5c2b394a",
        "209.142.163.6,  2217,  38.27.205.30,   48228, 82989176, afc7327f",
        "202.188.127.2,  1303,  153.39.163.191, 44251, 5d1809c5, 10e828a2"})
    void ipv4_matchesMicrosoftsSuite(String to, int toPort, String from, int fromPort, String addresses, String ports) {
        int source = Ipv4Address.parse(from).value();
        int destination = Ipv4Address.parse(to).value();
        int expected = Integer.parseUnsignedInt(addresses, 16);
        int expectedWithPorts = Integer.parseUnsignedInt(ports, 16);

        try (Memory m = Bytes.filled(30)) {
            Ipv4.source(m, 3, source);
            Ipv4.destination(m, 3, destination);
            Udp.sourcePort(m, 23, fromPort);
            Udp.destinationPort(m, 23, toPort);
            Toeplitz.Table table = Toeplitz.Table.of(KEY);
            assertEquals(expected, Toeplitz.hash(KEY, m.bytes(15, 8)));
            assertEquals(expectedWithPorts, Toeplitz.hash(KEY, m.bytes(15, 12)));
            assertEquals(expected, table.ipv4(source, destination));
            assertEquals(expectedWithPorts, table.ipv4(source, destination, fromPort, toPort));
            assertEquals(expected, table.ipv4(m, 3));
            assertEquals(expectedWithPorts, table.ipv4(m, 3, 23));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3ffe:2501:200:3::1,       1766,  3ffe:2501:200:1fff::7,               2794,  2cc18cd5, 40207d3d",
        "ff02::1,                  4739,  3ffe:501:8::260:97ff:fe40:efab,      14230, 0f0c461c, dde51bbf",
        "fe80::200:f8ff:fe21:67cf, 38024, 3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251, 4b61e985, 02d1feef"})
    void ipv6_matchesMicrosoftsSuite(String to, int toPort, String from, int fromPort, String addresses, String ports) {
        Ipv6Address source = Ipv6Address.parse(from);
        Ipv6Address destination = Ipv6Address.parse(to);
        int expected = Integer.parseUnsignedInt(addresses, 16);
        int expectedWithPorts = Integer.parseUnsignedInt(ports, 16);

        int at = 14;
        try (Memory m = Bytes.filled(at + 48)) {
            Ipv6.source(m, at, source.high(), source.low());
            Ipv6.destination(m, at, destination.high(), destination.low());
            Tcp.sourcePort(m, at + 40, fromPort);
            Tcp.destinationPort(m, at + 40, toPort);
            Toeplitz.Table table = Toeplitz.Table.of(KEY);
            assertEquals(expected, Toeplitz.hash(KEY, m.bytes(at + 8, 32)));
            assertEquals(expectedWithPorts, Toeplitz.hash(KEY, m.bytes(at + 8, 36)));
            assertEquals(expected, table.ipv6(source.high(), source.low(), destination.high(), destination.low()));
            assertEquals(expectedWithPorts,
                table.ipv6(source.high(), source.low(), destination.high(), destination.low(), fromPort, toPort));
            assertEquals(expected, table.ipv6(m, at));
            assertEquals(expectedWithPorts, table.ipv6(m, at, at + 40));
        }
    }

    @Test
    void symmetricKey_repeatsTwoBytes() {
        assertArrayEquals(Bytes.parse("6d5a".repeat(26)), Toeplitz.symmetricKey(52));
        assertThrows(IllegalArgumentException.class, () -> Toeplitz.symmetricKey(38));
        assertThrows(IllegalArgumentException.class, () -> Toeplitz.symmetricKey(41));
    }

    @Test
    void shortKeysAreRefused_withTheLengths() {
        assertEquals("Toeplitz key is too short: it must have at least 40 bytes and has 39",
            assertThrows(IllegalArgumentException.class, () -> Toeplitz.Table.of(new byte[39])).getMessage());
        assertEquals("Toeplitz key is too short: an input of 37 bytes needs 41 bytes of key, there are 40",
            assertThrows(IllegalArgumentException.class, () -> Toeplitz.hash(KEY, new byte[37])).getMessage());
    }

    @Test
    void keyIsCopied() {
        byte[] key = Toeplitz.microsoftKey();
        Toeplitz.Table table = Toeplitz.Table.of(key);
        int before = table.ipv4(1, 2);
        Arrays.fill(key, (byte) 0);
        assertEquals(before, table.ipv4(1, 2));
        assertEquals(0x6d, Toeplitz.microsoftKey()[0]);
    }
}
