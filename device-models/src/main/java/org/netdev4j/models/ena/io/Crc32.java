package org.netdev4j.models.ena.io;

import org.netdev4j.platform.memory.Memory;

/** CRC-32 of IEEE 802.3, bits reflected, complemented at the end, from any initial value. */
final class Crc32 {
    private static final int REFLECTED_POLYNOMIAL = 0xedb8_8320;
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int value = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                value = (value & 1) != 0 ? value >>> 1 ^ REFLECTED_POLYNOMIAL : value >>> 1;
            }
            TABLE[i] = value;
        }
    }

    private Crc32() {
    }

    /** CRC of {@code length} bytes; with all ones as initial value, that of Ethernet. */
    static int of(Memory m, long at, int length, int initial) {
        int crc = initial;
        for (long i = at; i < at + length; i++) {
            crc = crc >>> 8 ^ TABLE[(crc ^ m.getByte(i)) & 0xff];
        }
        return ~crc;
    }
}
