package org.netdev4j.net;

/**
 * IPv4 address, for the control path; on the data path the {@code int} itself is used.
 *
 * @param value the address, its first byte on the wire in the upper 8 bits
 */
public record Ipv4Address(int value) {
    /** 0.0.0.0: no address. */
    public static final Ipv4Address ANY = new Ipv4Address(0);

    /** An address from its four numbers; the low 8 bits of each count. */
    public static Ipv4Address of(int a, int b, int c, int d) {
        return new Ipv4Address((a & 0xff) << 24 | (b & 0xff) << 16 | (c & 0xff) << 8 | d & 0xff);
    }

    /**
     * Reads four decimal numbers from 0 to 255. Never asks a name server, and refuses the short, octal and hexadecimal
     * forms that {@code inet_aton} takes.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Ipv4Address parse(String text) {
        String[] parts = text.split("\\.", -1);
        boolean good = parts.length == 4;
        int value = 0;
        for (int i = 0; good && i < parts.length; i++) {
            int number = number(parts[i]);
            good = number >= 0;
            value = value << 8 | number;
        }
        if (!good) {
            throw new IllegalArgumentException("\"" + text
                + "\" is not an IPv4 address: expected four numbers from 0 to 255 without leading zeros, as 10.77.0.2");
        }
        return new Ipv4Address(value);
    }

    // -1 if it is not a number from 0 to 255 in ASCII digits. A leading zero would be octal to some readers.
    private static int number(String text) {
        if (text.isEmpty() || text.length() > 3 || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number <= 255 ? number : -1;
    }

    /** True for 224.0.0.0 to 239.255.255.255. */
    public boolean isMulticast() {
        return value >>> 28 == 0xe;
    }

    /** True for 255.255.255.255. */
    public boolean isBroadcast() {
        return value == -1;
    }

    /** As {@code 10.77.0.2}; {@link #parse} reads it. */
    @Override
    public String toString() {
        return (value >>> 24) + "." + (value >>> 16 & 0xff) + "." + (value >>> 8 & 0xff) + "." + (value & 0xff);
    }
}
