package org.netdev4j.net;

import java.util.HexFormat;
import org.netdev4j.platform.memory.Memory;

/** Literal bytes in memory, and the naive oracle of the Internet checksum. */
final class Bytes {
    /** Stands around and under what a test writes, so that an unwritten or a wrongly written byte shows. */
    static final byte FILL = (byte) 0xa5;

    private Bytes() {
    }

    /** A region of exactly these bytes: an access beyond them throws. Blanks are ignored. */
    static Memory of(String hex) {
        return of(parse(hex));
    }

    static Memory of(byte[] bytes) {
        Memory m = Memory.allocate("literal", bytes.length);
        m.copyFrom(0, bytes, 0, bytes.length);
        return m;
    }

    static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static Memory filled(int length) {
        Memory m = Memory.allocate("filled", length);
        m.fill(0, length, FILL);
        return m;
    }

    static String hex(Memory m, long at, int length) {
        return HexFormat.of().formatHex(m.bytes(at, length));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** RFC 1071 word by word, over the parts as one run of bytes. */
    static int naiveSum(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length + length % 2];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        int sum = 0;
        for (int i = 0; i < all.length; i += 2) {
            sum += (all[i] & 0xff) << 8 | all[i + 1] & 0xff;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum;
    }

    /** The pseudo header of IPv4 as bytes [RFC 9293 §3.1], from the frame's IP header at {@code ip}. */
    static byte[] pseudoIpv4(byte[] frame, int ip, int protocol, int length) {
        byte[] pseudo = new byte[12];
        System.arraycopy(frame, ip + 12, pseudo, 0, 8);
        pseudo[9] = (byte) protocol;
        pseudo[10] = (byte) (length >>> 8);
        pseudo[11] = (byte) length;
        return pseudo;
    }

    /** The pseudo header of IPv6 as bytes [RFC 8200 §8.1], from the frame's IP header at {@code ip}. */
    static byte[] pseudoIpv6(byte[] frame, int ip, int protocol, int length) {
        byte[] pseudo = new byte[40];
        System.arraycopy(frame, ip + 8, pseudo, 0, 32);
        pseudo[34] = (byte) (length >>> 8);
        pseudo[35] = (byte) length;
        pseudo[39] = (byte) protocol;
        return pseudo;
    }
}
