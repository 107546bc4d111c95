package org.netdev4j.cli.config;

import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.platform.Units;

/** An IP address and how many of its bits name the network, as {@code 10.77.0.2/24}. */
public sealed interface IpPrefix {
    /** Bits that name the network. */
    int length();

    /** An IPv4 address. */
    record V4(Ipv4Address address, int length) implements IpPrefix {
        @Override
        public String toString() {
            return address + "/" + length;
        }
    }

    /** An IPv6 address. */
    record V6(Ipv6Address address, int length) implements IpPrefix {
        @Override
        public String toString() {
            return address + "/" + length;
        }
    }

    /**
     * Reads an address, with or without a prefix length; without, it is the whole address.
     *
     * @throws IllegalArgumentException if it is none
     */
    static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v6 = address.indexOf(':') >= 0;
        int bits = v6 ? 128 : 32;
        int length = slash < 0 ? bits : (int) Units.wholeNumber(text.substring(slash + 1), 0, bits);
        if (v6) {
            return new V6(requireHost(Ipv6Address.parse(address)), length);
        }
        return new V4(requireHost(Ipv4Address.parse(address)), length);
    }

    private static Ipv4Address requireHost(Ipv4Address address) {
        if (address.isMulticast() || address.isBroadcast() || address.equals(Ipv4Address.ANY)) {
            throw new IllegalArgumentException("\"" + address + "\": not the address of one station");
        }
        return address;
    }

    private static Ipv6Address requireHost(Ipv6Address address) {
        if (address.isMulticast() || address.equals(Ipv6Address.ANY)) {
            throw new IllegalArgumentException("\"" + address + "\": not the address of one station");
        }
        return address;
    }
}
