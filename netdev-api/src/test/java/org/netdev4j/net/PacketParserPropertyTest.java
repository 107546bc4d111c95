package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.netdev4j.net.ParsedPacket.Problem;
import org.netdev4j.platform.memory.Memory;

/**
 * Whatever a frame holds, the parser stays inside it and what it says hangs together. The frame is the whole memory
 * region, so that a read outside throws.
 */
class PacketParserPropertyTest {
    private static final byte[][] GOOD = {
        Bytes.parse(Captured.ARP_REQUEST), Bytes.parse(Captured.ECHO_REQUEST), Bytes.parse(Captured.ECHO_WITH_OPTIONS),
        Bytes.parse(Captured.LAST_FRAGMENT), Bytes.parse(Captured.UDP), Bytes.parse(Captured.TCP_SYN),
        Bytes.parse(Captured.TCP_PUSH), Bytes.parse(Captured.NEIGHBOUR_SOLICITATION), Bytes.parse(Captured.UDP_6),
        Bytes.parse(Captured.FIRST_FRAGMENT_6_HEADERS), Bytes.parse(Captured.UDP_6_WITH_EXTENSIONS),
        Bytes.parse(Captured.TCP_PUSH_6), Bytes.parse(Captured.ROUTER_ADVERTISEMENT), Bytes.parse(Captured.TAGGED),
        Bytes.parse(Captured.TAGGED_TWICE), Bytes.parse(Captured.MULTICAST_REPORT)};

    @Property(tries = 2000, seed = "7")
    void staysInside_forRandomBytes(@ForAll @Size(min = 1, max = 200) byte[] frame) {
        parseAndCheck(frame);
    }

    @Property(tries = 5000, seed = "8", edgeCases = EdgeCasesMode.NONE)
    void staysInside_forDamagedFrames(@ForAll("damaged") byte[] frame) {
        parseAndCheck(frame);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        Arbitrary<int[]> hits = Arbitraries.integers().between(0, 0xffff_ff).array(int[].class).ofMaxSize(6);
        Arbitrary<Integer> lengths = Arbitraries.integers().between(1, 160);
        return Combinators.combine(Arbitraries.of(GOOD), hits, lengths, Arbitraries.of(true, false))
            .as(PacketParserPropertyTest::damage);
    }

    /** Overwrites some bytes of the headers, and cuts or lengthens the frame. */
    private static byte[] damage(byte[] good, int[] hits, int length, boolean resize) {
        byte[] frame = resize ? Arrays.copyOf(good, length) : good.clone();
        for (int hit : hits) {
            frame[(hit >>> 8) % frame.length] = (byte) hit;
        }
        return frame;
    }

    private static void parseAndCheck(byte[] frame) {
        ParsedPacket p = new ParsedPacket();
        try (Memory m = Bytes.of(frame)) {
            PacketParser.parse(m, 0, frame.length, p);
            checkConsistent(p, frame.length);
            PacketChecksums.verify(m, 0, p);
            walkOptions(m, p);
            PacketParser.parseUnsegmented(m, 0, frame.length, p);
            checkConsistent(p, frame.length);
            segment(m, frame.length);
        }
        assertTrue(p.toString().startsWith("frame of " + frame.length));
    }

    private static void walkOptions(Memory m, ParsedPacket p) {
        int length = p.l4TotalLength();
        long message = p.l4Offset();
        if (p.l4Protocol() != IpProtocol.ICMPV6 || length == 0 || !Icmpv6.check(m, message, length)) {
            return;
        }
        int options = Icmpv6.fixedLength(Icmpv6.type(m, message));
        if (NdpOption.check(m, message + options, length - options)) {
            NdpOption.find(m, message + options, length - options, NdpOption.MTU);
        }
    }

    private static void segment(Memory m, int length) {
        Segmenter segmenter = new Segmenter();
        int segments = segmenter.start(m, 0, length, 3);
        if (segments == 0) {
            return;
        }
        try (Memory out = Memory.allocate("segments", segmenter.longestSegment())) {
            int made = 0;
            while (segmenter.hasNext()) {
                assertTrue(segmenter.next(out, 0) <= segmenter.longestSegment());
                made++;
            }
            assertEquals(segments, made);
        }
    }

    private static void checkConsistent(ParsedPacket p, int length) {
        assertEquals(length, p.frameLength());
        assertTrue(p.l2Length() <= length && p.ipEnd() <= length && p.padding() >= 0, p::toString);
        assertTrue(p.payloadLength() >= 0 && p.payloadOffset() + p.payloadLength() <= length, p::toString);
        assertTrue(p.l2Length() + p.l3Length() <= length, p::toString);
        assertEquals(p.ipVersion() == 0, p.l3Length() == 0, p::toString);
        if (p.l4Offset() != 0) {
            assertEquals(p.l2Length() + p.l3Length(), p.l4Offset(), p::toString);
            assertTrue(p.l4Offset() + p.l4Length() <= p.ipEnd(), p::toString);
        } else {
            assertEquals(-1, p.l4Protocol(), p::toString);
        }
        if (p.problem() != Problem.NONE) {
            assertEquals(0, p.payloadLength() + p.l4TotalLength(), p::toString);
        }
    }
}
