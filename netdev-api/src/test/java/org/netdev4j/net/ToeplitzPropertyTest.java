package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.netdev4j.platform.memory.Memory;

class ToeplitzPropertyTest {
    @Property(tries = 1000, seed = "1")
    void table_equalsBitForm(@ForAll @Size(min = 40, max = 64) byte[] key, @ForAll @Size(36) byte[] input) {
        Toeplitz.Table table = Toeplitz.Table.of(key);
        try (Memory m = Bytes.of(input)) {
            assertEquals(Toeplitz.hash(key, input),
                table.ipv6(m.getLongBe(0), m.getLongBe(8), m.getLongBe(16), m.getLongBe(24),
                    m.getUnsignedShortBe(32), m.getUnsignedShortBe(34)));
            assertEquals(Toeplitz.hash(key, Arrays.copyOf(input, 32)),
                table.ipv6(m.getLongBe(0), m.getLongBe(8), m.getLongBe(16), m.getLongBe(24)));
            assertEquals(Toeplitz.hash(key, Arrays.copyOf(input, 12)),
                table.ipv4(m.getIntBe(0), m.getIntBe(4), m.getUnsignedShortBe(8), m.getUnsignedShortBe(10)));
            assertEquals(Toeplitz.hash(key, Arrays.copyOf(input, 8)), table.ipv4(m.getIntBe(0), m.getIntBe(4)));
        }
    }

    @Property(tries = 300, seed = "2", edgeCases = EdgeCasesMode.NONE)
    void symmetricKey_hashesBothDirectionsAlike(@ForAll int a, @ForAll int b, @ForAll long c, @ForAll long d,
        @ForAll short p, @ForAll short q) {
        Toeplitz.Table table = Toeplitz.Table.of(Toeplitz.symmetricKey(40));
        assertEquals(table.ipv4(a, b), table.ipv4(b, a));
        assertEquals(table.ipv4(a, b, p, q), table.ipv4(b, a, q, p));
        assertEquals(table.ipv6(c, d, d, c, p, q), table.ipv6(d, c, c, d, q, p));
    }
}
