package org.netdev4j.conformance.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.RssConfig;

/** Against Microsoft's verification suite ["Verifying the RSS Hash Calculation"]. */
class RssOracleTest {
    private static final byte[] KEY =
        HexFormat.of().parseHex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");
    private static final Set<HashField> L3 = Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION);
    private static final Set<HashField> L4 =
        Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION, HashField.L4_SOURCE, HashField.L4_DESTINATION);

    private final RssOracle oracle = new RssOracle(new RssConfig(HashFunction.TOEPLITZ, KEY, new int[] {0, 1, 2, 3},
        Map.of(FlowType.IPV4, L3, FlowType.IPV4_TCP, L4, FlowType.IPV6, L3, FlowType.IPV6_TCP, L4)));

    private static Packet packet() {
        return new Packet(1, 2);
    }

    @Test
    void hash_isMicrosofts_forIpv4() {
        assertEquals(OptionalInt.of(0x51ccc178), oracle.hash(packet().ip4(0x420995bb, 0xa18e6450).tcp(2794, 1766)
            .build()));
        assertEquals(OptionalInt.of(0x323e8fc2), oracle.hash(packet().ip4(0x420995bb, 0xa18e6450).protocol(253)
            .build()));
        assertEquals(OptionalInt.of(0xc626b0ea), oracle.hash(packet().ip4(0xc75c6f02, 0x41458c53).tcp(14230, 4739)
            .build()));
    }

    @Test
    void hash_isMicrosofts_forIpv6() {
        byte[] from = HexFormat.of().parseHex("3ffe250102001fff0000000000000007");
        byte[] to = HexFormat.of().parseHex("3ffe2501020000030000000000000001");
        assertEquals(OptionalInt.of(0x40207d3d), oracle.hash(packet().ip6(from, to).tcp(2794, 1766).build()));
        assertEquals(OptionalInt.of(0x2cc18cd5), oracle.hash(packet().ip6(from, to).protocol(253).build()));
    }

    @Test
    void queue_isTheTableEntryOfTheLowBits() {
        assertEquals(OptionalInt.of(0), oracle.queue(packet().ip4(0x420995bb, 0xa18e6450).tcp(2794, 1766).build()));
        assertEquals(OptionalInt.of(2), oracle.queue(packet().ip4(0x420995bb, 0xa18e6450).protocol(253).build()));
    }

    @Test
    void kindsWithoutFields_haveHashZero() {
        assertEquals(OptionalInt.of(0), oracle.hash(packet().ip4(1, 2).udp(3, 4).build()));
        assertEquals(OptionalInt.of(0), oracle.hash(packet().raw(0x0806).payload(new byte[46]).build()));
        assertEquals(OptionalInt.of(0), oracle.queue(packet().raw(0x0806).payload(new byte[46]).build()));
    }

    @Test
    void otherFunctions_areNotKnown() {
        RssConfig crc = new RssConfig(HashFunction.CRC32, KEY, new int[] {0}, Map.of(FlowType.IPV4_TCP, L4));
        assertTrue(new RssOracle(crc).hash(packet().ip4(1, 2).tcp(3, 4).build()).isEmpty());
    }

    @Test
    void flowTypes_areToldApart() {
        assertEquals(FlowType.IPV4_FRAGMENT, RssOracle.flowType(packet().fragment(0x2000).udp(1, 2).build()));
        assertEquals(FlowType.IPV4_FRAGMENT, RssOracle.flowType(packet().fragment(7).protocol(6).payload(new byte[40])
            .build()));
        assertEquals(FlowType.IPV6_UDP, RssOracle.flowType(packet().ip6().udp(1, 2).build()));
        assertEquals(FlowType.IPV6, RssOracle.flowType(packet().ip6().protocol(58).build()));
        assertEquals(FlowType.OTHER, RssOracle.flowType(packet().raw(0x88cc).payload(new byte[46]).build()));
    }
}
