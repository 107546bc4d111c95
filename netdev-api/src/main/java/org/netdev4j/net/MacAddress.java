package org.netdev4j.net;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.netdev4j.platform.RandomSource;

/**
 * Ethernet address, for the control path; on the data path the {@code long} itself is used.
 *
 * @param value the address in the low 48 bits, its first byte on the wire in bits 47 to 40; the rest zero
 */
public record MacAddress(long value) {
    /** All ones: every station. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
    /** All zeros: no address. */
    public static final MacAddress ZERO = new MacAddress(0);

    /** In {@link #value}: set for a group of stations, clear for one [IEEE 802-2014 §8.2.2, the I/G bit]. */
    public static final long GROUP_BIT = 1L << 40;
    /** In {@link #value}: set if the address was not given by a manufacturer [IEEE 802-2014 §8.2.2, the U/L bit]. */
    public static final long LOCAL_BIT = 1L << 41;

    private static final long MASK = 0xffff_ffff_ffffL;
    private static final Pattern TEXT = Pattern.compile(
        "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){5}");

    /**
     * Refuses a value of more than 48 bits.
     *
     * @throws IllegalArgumentException if one of the upper 16 bits is set
     */
    public MacAddress {
        if ((value & ~MASK) != 0) {
            throw new IllegalArgumentException("MAC address has more than 48 bits: value=0x" + Long.toHexString(value));
        }
    }

    /**
     * Reads {@code 02:00:00:00:00:01} or {@code 02-00-00-00-00-01}, in either case of letters.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static MacAddress parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text
                + "\" is not a MAC address: expected six pairs of hex digits, as 02:00:00:00:00:01 or 02-00-00-00-00-01");
        }
        return new MacAddress(HexFormat.fromHexDigitsToLong(text.replaceAll("[:-]", "")));
    }

    /** Takes six bytes in the order of the wire, from {@code offset} on. */
    public static MacAddress of(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < Ethernet.ADDRESS_LENGTH; i++) {
            value = value << 8 | bytes[offset + i] & 0xff;
        }
        return new MacAddress(value);
    }

    /** A unicast address, locally administered, with 46 random bits. */
    public static MacAddress random(RandomSource random) {
        return new MacAddress(random.nextLong() & MASK & ~GROUP_BIT | LOCAL_BIT);
    }

    /** True for a group of stations, which includes {@link #BROADCAST}. */
    public boolean isMulticast() {
        return (value & GROUP_BIT) != 0;
    }

    /** True for {@link #BROADCAST} only. */
    public boolean isBroadcast() {
        return value == MASK;
    }

    /** True if the address was not given by a manufacturer. */
    public boolean isLocal() {
        return (value & LOCAL_BIT) != 0;
    }

    /** True if a station may have it as its own: neither a group nor {@link #ZERO}. */
    public boolean isStation() {
        return value != 0 && !isMulticast();
    }

    /** A new array with the six bytes in the order of the wire. */
    public byte[] bytes() {
        byte[] bytes = new byte[Ethernet.ADDRESS_LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> 8 * (bytes.length - 1 - i));
        }
        return bytes;
    }

    /** As {@code 02:00:00:00:00:01}; {@link #parse} reads it. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(bytes());
    }
}
