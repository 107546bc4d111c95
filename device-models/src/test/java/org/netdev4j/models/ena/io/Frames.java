package org.netdev4j.models.ena.io;

import java.util.HexFormat;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;

/** Frames that tests send. */
final class Frames {
    static final MacAddress FAR = new MacAddress(0x02_00_00_00_00_01L);
    static final MacAddress OWN = new MacAddress(IoRig.OWN_MAC);
    static final Ipv4Address IP_1 = Ipv4Address.parse("10.77.0.1");
    static final Ipv4Address IP_2 = Ipv4Address.parse("10.77.0.2");
    static final Ipv6Address IP6_1 = Ipv6Address.parse("fd00:77::1");
    static final Ipv6Address IP6_2 = Ipv6Address.parse("fd00:77::2");

    private Frames() {
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** To the device. */
    static PacketBuilder in() {
        return new PacketBuilder(FAR, OWN);
    }

    /** From the device. */
    static PacketBuilder out() {
        return new PacketBuilder(OWN, FAR);
    }

    /** So many bytes that do not repeat soon. */
    static byte[] payload(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256 + 1);
        }
        return bytes;
    }

    /** A frame of so many bytes that is not IP. */
    static byte[] plain(int length) {
        return out().etherType(0x88b5).payload(payload(length - 14)).bytes();
    }

    /** RFC 1071, word by word. */
    static int sum(byte[] bytes, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < to ? bytes[i + 1] & 0xff : 0);
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum;
    }
}
