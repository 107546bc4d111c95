package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.RssFields;
import org.netdev4j.backend.ena.spec.RssInput;
import org.netdev4j.backend.ena.spec.RssKey;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.platform.memory.Memory;

/**
 * The hash of a received frame: of the fields that were chosen for its kind, source before destination, addresses before
 * ports, at layer 2 destination before source. With both addresses, or both and both ports, Toeplitz is what Microsoft
 * defines.
 *
 * <p>That Toeplitz is added to the initial value follows from the hashes that Amazon publishes [AMZN kernel/linux/ena/
 * ENA_Linux_Best_Practices.rst]; that CRC starts from it is assumed. What kinds with extension headers have no fields of
 * their own is hashed as the kind without.
 */
final class RssHasher implements AutoCloseable {
    // Toeplitz.Table reads an IPv6 header's addresses, 8 bytes into it, and ports elsewhere: these two make one input of
    // 36 bytes.
    private static final int INPUT_AT = Ipv6.SOURCE_OFFSET;
    private static final int PORTS_AT = INPUT_AT + 2 * Ipv6.ADDRESS_LENGTH;
    private static final int INPUT_END = PORTS_AT + Integer.BYTES;
    private static final int PORTS = RssFields.L4_DP | RssFields.L4_SP;

    private final EnaSettings settings;
    private final Memory input = Memory.allocate("ENA hash input", 64);
    private Toeplitz.Table toeplitz;
    private int filled;

    RssHasher(EnaSettings settings) {
        this.settings = settings;
        update();
    }

    /** Takes a new key from the settings. */
    void update() {
        byte[] key = new byte[RssKey.BYTES];
        for (int i = 0; i < key.length; i++) {
            key[i] = settings.rssKey[key.length - 1 - i];
        }
        toeplitz = Toeplitz.Table.of(key);
    }

    /** The hash of a frame at the start of a memory; 0 if there is no function or nothing to hash. */
    int hash(Memory frame, ParsedPacket p) {
        int fields = fields(p);
        if (settings.rssFunction == 0 || fields == 0) {
            return 0;
        }
        int whole = whole(frame, p, fields);
        return settings.rssHalf ? whole << Short.SIZE | whole & 0xffff : whole;
    }

    private int whole(Memory frame, ParsedPacket p, int fields) {
        boolean crc = settings.rssFunction == EnaSettings.CRC32;
        if (!crc && settings.rssSort == 0 && p.ipVersion() != 0 && (fields == RssFields.L3 || fields == RssFields.L3_L4)) {
            return settings.rssInitValue ^ plain(frame, p, fields == RssFields.L3_L4);
        }
        gather(frame, p, fields);
        if (crc) {
            return Crc32.of(input, INPUT_AT, filled, settings.rssInitValue);
        }
        // Zeros behind the input do not change the hash.
        input.fill(INPUT_AT + filled, INPUT_END - INPUT_AT - filled, (byte) 0);
        return settings.rssInitValue ^ toeplitz.ipv6(input, 0, PORTS_AT);
    }

    private int plain(Memory frame, ParsedPacket p, boolean ports) {
        long ip = p.l3Offset();
        if (p.ipVersion() == 4) {
            return ports ? toeplitz.ipv4(frame, ip, p.l4Offset()) : toeplitz.ipv4(frame, ip);
        }
        return ports ? toeplitz.ipv6(frame, ip, p.l4Offset()) : toeplitz.ipv6(frame, ip);
    }

    private int fields(ParsedPacket p) {
        int[] all = settings.rssFields;
        boolean ports = p.hasPorts() && !p.isFragment();
        boolean tcp = p.l4Protocol() == IpProtocol.TCP;
        switch (p.ipVersion()) {
            case 4 -> {
                if (ports) {
                    return all[tcp ? RssFields.TCP4 : RssFields.UDP4];
                }
                return all[p.isFragment() ? RssFields.IP4_FRAG : RssFields.IP4] & ~PORTS;
            }
            case 6 -> {
                if (ports && !tcp) {
                    return all[RssFields.UDP6];
                }
                boolean extended = p.l3Length() > Ipv6.HEADER_LENGTH;
                int special = extended ? all[ports ? RssFields.TCP6_EX : RssFields.IP6_EX] : 0;
                int chosen = special != 0 ? special : all[ports ? RssFields.TCP6 : RssFields.IP6];
                return ports ? chosen : chosen & ~PORTS;
            }
            default -> {
                return all[RssFields.NOT_IP] & RssFields.L2;
            }
        }
    }

    private void gather(Memory frame, ParsedPacket p, int fields) {
        filled = 0;
        put(frame, Ethernet.DESTINATION_OFFSET, Ethernet.ADDRESS_LENGTH, fields & RssFields.L2_DA);
        put(frame, Ethernet.SOURCE_OFFSET, Ethernet.ADDRESS_LENGTH, fields & RssFields.L2_SA);
        if (p.ipVersion() != 0) {
            boolean v4 = p.ipVersion() == 4;
            int width = v4 ? Integer.BYTES : Ipv6.ADDRESS_LENGTH;
            long source = p.l3Offset() + (v4 ? Ipv4.SOURCE_OFFSET : Ipv6.SOURCE_OFFSET);
            pair(frame, source, width, fields & RssFields.L3_SA, fields & RssFields.L3_DA, RssInput.L3_SORT);
            pair(frame, p.l4Offset(), Short.BYTES, fields & RssFields.L4_SP, fields & RssFields.L4_DP, RssInput.L4_SORT);
        }
    }

    // Source and destination that lie one behind the other.
    private void pair(Memory frame, long source, int width, int wantsSource, int wantsDestination, int sort) {
        long destination = source + width;
        boolean swap = (settings.rssSort & sort) != 0 && (wantsSource | wantsDestination) != 0
            && isSmaller(frame, destination, source, width);
        put(frame, swap ? destination : source, width, wantsSource);
        put(frame, swap ? source : destination, width, wantsDestination);
    }

    private static boolean isSmaller(Memory m, long a, long b, int width) {
        for (int i = 0; i < width; i++) {
            int difference = m.getUnsignedByte(a + i) - m.getUnsignedByte(b + i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    // What does not fit the key is left out; no device offers such a choice.
    private void put(Memory frame, long at, int bytes, int wanted) {
        if (wanted != 0 && INPUT_AT + filled + bytes <= INPUT_END) {
            frame.copyTo(at, input, INPUT_AT + filled, bytes);
            filled += bytes;
        }
    }

    @Override
    public void close() {
        input.close();
    }
}
