package org.netdev4j.net;

import java.util.ArrayList;
import java.util.List;

/**
 * IPv6 address, for the control path; on the data path the two {@code long}s themselves are used.
 *
 * @param high the first 8 bytes on the wire
 * @param low  the last 8 bytes
 */
public record Ipv6Address(long high, long low) {
    /** {@code ::}, no address. */
    public static final Ipv6Address ANY = new Ipv6Address(0, 0);
    /** {@code ff02::1}, all nodes of the link. */
    public static final Ipv6Address ALL_NODES = new Ipv6Address(0xff02L << 48, 1);

    private static final int GROUPS = 8;

    /**
     * Reads the forms of RFC 4291 §2.2: eight groups, one run of zeros as {@code ::}, the last two groups as an IPv4
     * address. Never asks a name server. A zone ({@code %eth0}) is not part of an address.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Ipv6Address parse(String text) {
        int gap = text.indexOf("::");
        List<Integer> head = groups(text, gap < 0 ? text : text.substring(0, gap), gap < 0);
        List<Integer> tail = gap < 0 ? List.of() : groups(text, text.substring(gap + 2), true);
        int given = head.size() + tail.size();
        if (gap < 0 ? given != GROUPS : given >= GROUPS) {
            throw refused(text);
        }
        long[] halves = new long[2];
        for (int i = 0; i < GROUPS; i++) {
            int fromEnd = GROUPS - i;
            long group = i < head.size() ? head.get(i) : fromEnd <= tail.size() ? tail.get(tail.size() - fromEnd) : 0;
            halves[i / 4] = halves[i / 4] << 16 | group;
        }
        return new Ipv6Address(halves[0], halves[1]);
    }

    private static List<Integer> groups(String text, String part, boolean atEnd) {
        List<Integer> groups = new ArrayList<>();
        if (part.isEmpty()) {
            return groups;
        }
        String[] fields = part.split(":", -1);
        for (int i = 0; i < fields.length; i++) {
            if (atEnd && i == fields.length - 1 && fields[i].indexOf('.') >= 0) {
                int v4 = embedded(text, fields[i]);
                groups.add(v4 >>> 16);
                groups.add(v4 & 0xffff);
            } else if (fields[i].matches("[0-9a-fA-F]{1,4}")) {
                groups.add(Integer.parseInt(fields[i], 16));
            } else {
                throw refused(text);
            }
        }
        return groups;
    }

    private static int embedded(String text, String field) {
        try {
            return Ipv4Address.parse(field).value();
        } catch (IllegalArgumentException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("\"" + text
            + "\" is not an IPv6 address: expected eight groups of hex digits with at most one \"::\", as fd00:77::2");
    }

    /** True for {@code ff00::/8}. */
    public boolean isMulticast() {
        return high >>> 56 == 0xff;
    }

    /** True for {@code fe80::/10}. */
    public boolean isLinkLocal() {
        return high >>> 54 == 0x3fa;
    }

    /** The group in which the owner of this address listens for neighbour solicitations [RFC 4291 §2.7.1]. */
    public Ipv6Address solicitedNode() {
        return new Ipv6Address(0xff02L << 48, 0x1_ff00_0000L | low & 0xff_ffffL);
    }

    /** Ethernet address of this multicast group [RFC 2464 §7]; for any other address it means nothing. */
    public MacAddress multicastMac() {
        return new MacAddress(0x3333_0000_0000L | low & 0xffff_ffffL);
    }

    private int group(int index) {
        return (int) ((index < 4 ? high : low) >>> 48 - 16 * (index % 4)) & 0xffff;
    }

    /**
     * As RFC 5952 §4 says: small letters, no leading zeros, the first of the longest runs of zeros as {@code ::};
     * always in hex groups, also with an IPv4 address inside.
     */
    @Override
    public String toString() {
        int runAt = -1;
        int runLength = 1; // one group alone is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && group(end) == 0) {
                end++;
            }
            if (end - i > runLength) {
                runAt = i;
                runLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == runAt) {
                text.append("::");
                i += runLength - 1;
            } else {
                text.append(i == 0 || i == runAt + runLength ? "" : ":").append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }
}
