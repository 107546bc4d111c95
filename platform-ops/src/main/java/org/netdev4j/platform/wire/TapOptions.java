package org.netdev4j.platform.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * What the address of a TAP wire says, checked.
 *
 * @param name    interface name
 * @param up      bring the interface up
 * @param mtu     of the kernel's side
 * @param ip4     address of the kernel's side
 * @param ip6     address of the kernel's side
 * @param mac     of the kernel's side, 6 bytes
 * @param persist the interface outlives the wire, and may be there before
 */
record TapOptions(String name, boolean up, Optional<Integer> mtu, Optional<IpPrefix> ip4, Optional<IpPrefix> ip6,
                  Optional<byte[]> mac, boolean persist) {
    static final List<OptionSpec> SPECS = List.of(
        new OptionSpec("up", "true|false", "true", "bring the interface up"),
        new OptionSpec("mtu", "68-65521", "1500", "MTU of the kernel's side"),
        new OptionSpec("ip", "a.b.c.d/length", "none", "IPv4 address of the kernel's side"),
        new OptionSpec("ip6", "IPv6 address/length", "none", "IPv6 address of the kernel's side"),
        new OptionSpec("mac", "MAC address", "random", "MAC address of the kernel's side"),
        new OptionSpec("persist", "true|false", "false", "attach to the interface if it is there, and keep it on close"));

    private static final List<String> TRUE_FIRST = List.of("true", "false");
    private static final List<String> FALSE_FIRST = List.of("false", "true");
    // [Linux drivers/net/tun.c, tun_net_initialize: min_mtu 68, max_mtu 65535 less the Ethernet header of 14]
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_521;
    // Linux takes IPv6 off an interface below this. [RFC 8200 section 5]
    private static final int MIN_MTU_IP6 = 1280;
    // IFNAMSIZ less the NUL; no slash, colon or space [Linux net/core/dev.c, dev_valid_name], no % (a pattern), plain ASCII.
    private static final Pattern NAME = Pattern.compile("[!-~&&[^/:%,]]{1,15}");
    private static final Pattern MAC = Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}");
    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern COLONS = Pattern.compile("[\\p{XDigit}:.]*:[\\p{XDigit}:.]*");

    /**
     * An address with the length of its network's prefix.
     *
     * @param address 4 or 16 bytes
     * @param length  bits
     */
    record IpPrefix(byte[] address, int length) {
    }

    /**
     * Reads an address; keys that are not a TAP's are left to others.
     *
     * @throws IllegalArgumentException if the name cannot be an interface's, or a value is out of range
     */
    static TapOptions parse(DeviceAddress address) {
        String name = address.locator();
        if (!NAME.matcher(name).matches() || ".".equals(name) || "..".equals(name)) {
            throw new IllegalArgumentException("\"" + name
                + "\" cannot name an interface: 1 to 15 characters, none of them a space or one of / : % ,");
        }
        WireOptions values = new WireOptions(address.options());
        boolean ip6 = values.text("ip6").isPresent();
        return new TapOptions(name, Boolean.parseBoolean(values.choice("up", TRUE_FIRST)),
            values.parsed("mtu", text -> mtu(text, ip6)),
            values.parsed("ip", text -> prefix(text, 32, "an IPv4 address and prefix length is needed, as 10.77.0.1/24")),
            values.parsed("ip6", text -> prefix(text, 128, "an IPv6 address and prefix length is needed, as fd77::1/64")),
            values.parsed("mac", TapOptions::mac), Boolean.parseBoolean(values.choice("persist", FALSE_FIRST)));
    }

    private static int mtu(String text, boolean ip6) {
        int mtu = (int) Units.wholeNumber(text, MIN_MTU, MAX_MTU);
        if (ip6 && mtu < MIN_MTU_IP6) {
            throw new IllegalArgumentException("\"" + text + "\": IPv6 needs " + MIN_MTU_IP6 + " or more, and ip6 is given");
        }
        return mtu;
    }

    private static byte[] mac(String text) {
        if (!MAC.matcher(text).matches()) {
            throw new IllegalArgumentException(
                "\"" + text + "\": six bytes in hexadecimal are needed, as 02:00:00:00:00:01");
        }
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(text);
        if ((mac[0] & 1) != 0 || "00:00:00:00:00:00".equals(text)) {
            throw new IllegalArgumentException("\"" + text + "\": a group address, or zero, is no interface's own");
        }
        return mac;
    }

    private static IpPrefix prefix(String text, int bits, String needed) {
        int slash = text.indexOf('/');
        InetAddress ip = slash < 0 ? null : literal(text.substring(0, slash), bits);
        if (ip == null) {
            throw new IllegalArgumentException("\"" + text + "\": " + needed);
        }
        if (ip.isMulticastAddress() || ip.isAnyLocalAddress()) {
            throw new IllegalArgumentException("\"" + text + "\": not the address of one interface");
        }
        return new IpPrefix(ip.getAddress(), (int) Units.wholeNumber(text.substring(slash + 1), 1, bits));
    }

    /** The address, or null if it is none of that family; never asks a name server. */
    private static InetAddress literal(String text, int bits) {
        try {
            if (bits == 32) {
                return DOTTED.matcher(text).matches() ? Inet4Address.ofLiteral(text) : null;
            }
            // A literal with an IPv4 address mapped into it comes back as that.
            return COLONS.matcher(text).matches() && Inet6Address.ofLiteral(text) instanceof Inet6Address six ? six : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
