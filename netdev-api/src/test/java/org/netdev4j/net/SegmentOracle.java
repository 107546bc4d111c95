package org.netdev4j.net;

import java.util.Arrays;

/**
 * Reads a TCP or UDP frame byte by byte, without the classes under test: for IPv4 and IPv6, tags, options, extension
 * headers.
 */
final class SegmentOracle {
    final byte[] frame;
    final int ip;
    final boolean v4;
    final int l4;
    final boolean tcp;
    final int payloadAt;

    SegmentOracle(byte[] frame) {
        this.frame = frame;
        int at = 12;
        while (word(at) == 0x8100 || word(at) == 0x88a8) {
            at += 4;
        }
        ip = at + 2;
        v4 = word(at) == 0x0800;
        int protocol = v4 ? frame[ip + 9] : frame[ip + 6];
        at = v4 ? ip + (frame[ip] & 15) * 4 : ip + 40;
        while (!v4 && (protocol == 0 || protocol == 60)) {
            protocol = frame[at];
            at += (frame[at + 1] & 0xff) * 8 + 8;
        }
        l4 = at;
        tcp = protocol == 6;
        payloadAt = l4 + (tcp ? (frame[l4 + 12] >> 4 & 15) * 4 : 8);
    }

    int word(int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    int number(int at) {
        return word(at) << 16 | word(at + 2);
    }

    byte[] payload() {
        return Arrays.copyOfRange(frame, payloadAt, frame.length);
    }

    int tcpFlags() {
        return word(l4 + 12) & 0x1ff;
    }

    /** Header bytes with those fields zero that may differ from segment to segment. */
    byte[] constantHeaders() {
        byte[] headers = Arrays.copyOf(frame, payloadAt);
        int[] fields = v4 ? new int[] {ip + 2, ip + 4, ip + 10} : new int[] {ip + 4};
        for (int at : fields) {
            headers[at] = 0;
            headers[at + 1] = 0;
        }
        if (tcp) {
            Arrays.fill(headers, l4 + 4, l4 + 8, (byte) 0);
            headers[l4 + 13] = 0;
            headers[l4 + 16] = 0;
            headers[l4 + 17] = 0;
        } else {
            Arrays.fill(headers, l4 + 4, l4 + 8, (byte) 0);
        }
        return headers;
    }

    /** Lengths fit the frame, and checksums are right by the naive oracle. */
    boolean isLegal() {
        int l4Length = frame.length - l4;
        byte[] rest = Arrays.copyOfRange(frame, l4, frame.length);
        byte[] pseudo = v4
            ? Bytes.pseudoIpv4(frame, ip, tcp ? 6 : 17, l4Length)
            : Bytes.pseudoIpv6(frame, ip, tcp ? 6 : 17, l4Length);
        boolean ipLength = v4 ? word(ip + 2) == frame.length - ip : word(ip + 4) == frame.length - ip - 40;
        boolean udp = tcp || word(l4 + 4) == l4Length && word(l4 + 6) != 0;
        boolean header = !v4 || Bytes.naiveSum(Arrays.copyOfRange(frame, ip, ip + (frame[ip] & 15) * 4)) == 0xffff;
        return ipLength && udp && header && Bytes.naiveSum(pseudo, rest) == 0xffff;
    }
}
