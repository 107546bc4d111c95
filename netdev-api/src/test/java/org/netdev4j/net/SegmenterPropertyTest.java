package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.netdev4j.platform.memory.Memory;

/** Whatever is cut, its payload comes together again, and each segment is a legal frame by an oracle of its own. */
class SegmenterPropertyTest {
    @Property(tries = 1000, seed = "9", edgeCases = EdgeCasesMode.NONE)
    void segmentsComeTogetherAgain(@ForAll boolean v6, @ForAll boolean udp, @ForAll @IntRange(max = 2) int tags,
        @ForAll @IntRange(max = 10) int optionWords, @ForAll @IntRange(max = 9000) int payload,
        @ForAll @IntRange(min = 1, max = 3000) int mss, @ForAll @IntRange(max = 0x1ff) int flags, @ForAll int seed) {
        Random random = new Random(seed);
        byte[] data = new byte[payload];
        random.nextBytes(data);
        PacketBuilder builder = builder(random, v6, udp, tags, optionWords, flags).payload(data);

        try (Memory m = Memory.allocate("frame", builder.length()); Memory out = Bytes.filled(20_000)) {
            int length = builder.writeTo(m, 0);
            SegmentOracle whole = new SegmentOracle(m.bytes(0, length));
            assertTrue(whole.isLegal());
            Segmenter segmenter = new Segmenter();
            int segments = segmenter.start(m, 0, length, mss);
            assertEquals(Math.max(1, (payload + mss - 1) / mss), segments);

            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (int i = 0; i < segments; i++) {
                int n = segmenter.next(out, 0);
                assertTrue(n <= segmenter.longestSegment());
                SegmentOracle segment = new SegmentOracle(out.bytes(0, n));
                checkSegment(whole, segment, i, segments, joined.size());
                joined.writeBytes(segment.payload());
            }
            assertArrayEquals(data, joined.toByteArray());
            assertEquals(0, segmenter.next(out, 0));
        }
    }

    private static PacketBuilder builder(Random random, boolean v6, boolean udp, int tags, int optionWords, int flags) {
        PacketBuilder builder = new PacketBuilder(MacAddress.ZERO, MacAddress.BROADCAST)
            .vlan(random.ints(tags, 0, 65_536).toArray()).identification(random.nextInt()).trafficClass(random.nextInt());
        if (v6) {
            builder.ipv6(new Ipv6Address(random.nextLong(), random.nextLong()),
                new Ipv6Address(random.nextLong(), random.nextLong()));
        } else {
            builder.ipv4(new Ipv4Address(random.nextInt()), new Ipv4Address(random.nextInt()));
        }
        byte[] options = new byte[optionWords * 4];
        random.nextBytes(options);
        return udp
            ? builder.udp(random.nextInt(), random.nextInt())
            : builder.tcp(random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt(), flags).tcpOptions(options);
    }

    private static void checkSegment(SegmentOracle whole, SegmentOracle segment, int index, int segments, int before) {
        assertTrue(segment.isLegal(), "segment " + index);
        assertArrayEquals(whole.constantHeaders(), segment.constantHeaders());
        if (whole.v4) {
            assertEquals(whole.word(whole.ip + 4) + index & 0xffff, segment.word(segment.ip + 4));
        }
        if (whole.tcp) {
            assertEquals(whole.number(whole.l4 + 4) + before, segment.number(segment.l4 + 4));
            int hidden = (index == 0 ? 0 : 0x80) | (index == segments - 1 ? 0 : 0x09);
            assertEquals(whole.tcpFlags() & ~hidden, segment.tcpFlags());
        }
    }
}
