package org.netdev4j.backend.ena;

import java.util.Arrays;

/** Frames by hand. */
final class Headers {
    static final int TCP = 6;
    static final int UDP = 17;

    private Headers() {
    }

    /** Ethernet and IPv4 with a header of {@code ipLength} bytes, then {@code payload} bytes of layer 4. */
    static byte[] ipv4(int ipLength, int protocol, boolean df, int payload) {
        byte[] frame = Bytes.pattern(14 + ipLength + payload, 9);
        put(frame, 12, 0x0800);
        frame[14] = (byte) (0x40 | ipLength / 4);
        put(frame, 16, ipLength + payload);
        put(frame, 20, df ? 0x4000 : 0);
        frame[23] = (byte) protocol;
        System.arraycopy(Bytes.hex("0a000001c0a80102"), 0, frame, 26, 8);
        if (protocol == TCP) {
            frame[14 + ipLength + 12] = 0x50;
        }
        return frame;
    }

    /** Ethernet and IPv6, then {@code payload} bytes of layer 4. */
    static byte[] ipv6(int protocol, int payload) {
        byte[] frame = Bytes.pattern(54 + payload, 9);
        put(frame, 12, 0x86dd);
        frame[14] = 0x60;
        put(frame, 18, payload);
        frame[20] = (byte) protocol;
        Arrays.fill(frame, 22, 54, (byte) 0);
        frame[22] = 0x20;
        frame[37] = 1;
        frame[38] = 0x20;
        frame[53] = 2;
        if (protocol == TCP) {
            frame[54 + 12] = 0x50;
        }
        return frame;
    }

    /** Puts an extension header of 8 bytes behind the IPv6 header. */
    static byte[] withExtension(byte[] frame, int type) {
        byte[] out = new byte[frame.length + 8];
        System.arraycopy(frame, 0, out, 0, 54);
        System.arraycopy(frame, 54, out, 62, frame.length - 54);
        out[54] = frame[20];
        out[20] = (byte) type;
        out[55] = 0;
        put(out, 18, get(frame, 18) + 8);
        return out;
    }

    /** Puts a tag into a frame. */
    static byte[] tagged(byte[] frame, int type) {
        byte[] out = new byte[frame.length + 4];
        System.arraycopy(frame, 0, out, 0, 12);
        System.arraycopy(frame, 12, out, 16, frame.length - 12);
        put(out, 12, type);
        put(out, 14, 5);
        return out;
    }

    static void put(byte[] frame, int at, int value) {
        frame[at] = (byte) (value >> 8);
        frame[at + 1] = (byte) value;
    }

    static int get(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }
}
