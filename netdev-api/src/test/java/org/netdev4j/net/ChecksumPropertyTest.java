package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.netdev4j.platform.memory.Memory;

class ChecksumPropertyTest {
    @Property(tries = 1000, seed = "3")
    void sum_equalsNaiveOracle(@ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 9) int before) {
        try (Memory m = Bytes.filled(bytes.length + before + 1)) {
            m.copyFrom(before, bytes, 0, bytes.length);
            assertEquals(Bytes.naiveSum(bytes), Checksum.sum(m, before, bytes.length));
        }
    }

    @Property(tries = 1000, seed = "4")
    void append_equalsNaiveOracle_forAnySplit(@ForAll("parts") byte[][] parts) {
        int sum = Checksum.EMPTY;
        int before = 0;
        for (byte[] part : parts) {
            try (Memory m = Bytes.filled(part.length + 1)) {
                m.copyFrom(0, part, 0, part.length);
                sum = Checksum.append(sum, before, Checksum.sum(m, 0, part.length));
            }
            before += part.length;
        }
        assertEquals(Bytes.naiveSum(parts), sum);
    }

    @Provide
    Arbitrary<byte[][]> parts() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(25).array(byte[][].class).ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = 1000, seed = "5", edgeCases = EdgeCasesMode.NONE)
    void update_equalsComputedAnew(@ForAll @Size(64) byte[] bytes, @ForAll @IntRange(max = 28) int word, @ForAll int value,
        @ForAll long wide) {
        bytes[63] |= 1; // not all zero, as no packet is
        int at = word * 2;
        try (Memory m = Bytes.of(bytes)) {
            int checksum = Checksum.finish(Checksum.sum(m, 0, 64));

            int oldWord = m.getUnsignedShortBe(at);
            m.putShortBe(at, value);
            checksum = Checksum.update(checksum, oldWord, value & 0xffff);
            assertEquals(Checksum.finish(Bytes.naiveSum(m.bytes(0, 64))), checksum, "word");

            int oldInt = m.getIntBe(at);
            m.putIntBe(at, value);
            checksum = Checksum.updateInt(checksum, oldInt, value);
            assertEquals(Checksum.finish(Bytes.naiveSum(m.bytes(0, 64))), checksum, "int");

            long oldLong = m.getLongBe(at & ~7);
            m.putLongBe(at & ~7, wide | 1);
            checksum = Checksum.updateLong(checksum, oldLong, wide | 1);
            assertEquals(Checksum.finish(Bytes.naiveSum(m.bytes(0, 64))), checksum, "long");

            int oldRange = Checksum.sum(m, 8, 13);
            m.fill(8, 13, (byte) value);
            checksum = Checksum.update(checksum, oldRange, Checksum.sum(m, 8, 13));
            assertEquals(Checksum.finish(Bytes.naiveSum(m.bytes(0, 64))), checksum, "range");
        }
    }

    @Property(tries = 1000, seed = "6")
    void pseudoHeaders_equalNaiveOracle(@ForAll @Size(40) byte[] header, @ForAll @IntRange(max = 255) int protocol,
        @ForAll @IntRange(max = 65_535) int length) {
        try (Memory m = Bytes.of(header)) {
            assertEquals(Bytes.naiveSum(Bytes.pseudoIpv4(header, 0, protocol, length)),
                Checksum.pseudoIpv4(m, 0, protocol, length));
            assertEquals(Bytes.naiveSum(Bytes.pseudoIpv6(header, 0, protocol, length)),
                Checksum.pseudoIpv6(m, 0, protocol, length));
        }
    }
}
