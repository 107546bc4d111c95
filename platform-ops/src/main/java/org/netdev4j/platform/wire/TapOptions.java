package org.netdev4j.platform.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
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
record TapOptions(String name, boolean up, OptionalInt mtu, Optional<IpPrefix> ip4, Optional<IpPrefix> ip6,
                  Optional<byte[]> mac, boolean persist) {
    static final List<OptionSpec> SPECS = List.of(
        new OptionSpec("up", "true|false", "true", "bring the interface up"),
        new OptionSpec("mtu", "68-65521", "1500", "MTU of the kernel's side"),
        new OptionSpec("ip", "a.b.c.d/length", "none", "IPv4 address of the kernel's side"),
        new OptionSpec("ip6", "IPv6 address/length", "none", "IPv6 address of the kernel's side"),
        new OptionSpec("mac", "MAC address", "random", "MAC address of the kernel's side"),
        new OptionSpec("persist", "true|false", "false", "keep the interface when the wire closes; attach to it if it is there"));

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
     * Reads an address.
     *
     * @throws BadAddressException if the name cannot be an interface's, or an option is unknown or out of range
     */
    static TapOptions parse(DeviceAddress address) {
        String name = address.locator();
        if (!NAME.matcher(name).matches() || ".".equals(name) || "..".equals(name)) {
            throw new BadAddressException(address.toString(), "\"" + name
                + "\" cannot name an interface: 1 to 15 characters, none of them a space or one of / : % ,");
        }
        for (String key : address.options().keySet()) {
            if (SPECS.stream().noneMatch(spec -> spec.key().equals(key))) {
                throw new BadAddressException(address.toString(), "unknown key \"" + key + "\"; a TAP has "
                    + String.join(", ", SPECS.stream().map(OptionSpec::key).toList()));
            }
        }
        Reader reader = new Reader(address);
        TapOptions options = new TapOptions(name, reader.flag("up", true), reader.mtu(), reader.prefix("ip", 32),
            reader.prefix("ip6", 128), reader.mac(), reader.flag("persist", false));
        if (options.ip6.isPresent() && options.mtu.orElse(MIN_MTU_IP6) < MIN_MTU_IP6) {
            throw reader.bad("mtu", "must be " + MIN_MTU_IP6 + " or more for IPv6, and ip6 is given");
        }
        return options;
    }

    /** Reads one option after the other. */
    private record Reader(DeviceAddress address) {
        private Optional<String> value(String key) {
            return Optional.ofNullable(address.options().get(key));
        }

        BadAddressException bad(String key, String why) {
            return new BadAddressException(address.toString(), key + "=" + address.options().get(key) + ": " + why);
        }

        boolean flag(String key, boolean standard) {
            return switch (value(key).orElse(String.valueOf(standard))) {
                case "true" -> true;
                case "false" -> false;
                default -> throw bad(key, "must be true or false");
            };
        }

        OptionalInt mtu() {
            Map<String, String> options = address.options();
            if (!options.containsKey("mtu")) {
                return OptionalInt.empty();
            }
            int mtu = number(options.get("mtu"), MAX_MTU);
            if (mtu < MIN_MTU) {
                throw bad("mtu", "must be " + MIN_MTU + " to " + MAX_MTU);
            }
            return OptionalInt.of(mtu);
        }

        Optional<byte[]> mac() {
            return value("mac").map(text -> {
                if (!MAC.matcher(text).matches()) {
                    throw bad("mac", "must be six bytes in hexadecimal, as 02:00:00:00:00:01");
                }
                byte[] mac = HexFormat.ofDelimiter(":").parseHex(text);
                if ((mac[0] & 1) != 0 || "00:00:00:00:00:00".equals(text)) {
                    throw bad("mac", "must not be a group address or zero");
                }
                return mac;
            });
        }

        Optional<IpPrefix> prefix(String key, int bits) {
            return value(key).map(text -> {
                int slash = text.indexOf('/');
                int length = slash < 0 ? -1 : number(text.substring(slash + 1), bits);
                InetAddress ip = slash < 0 ? null : literal(text.substring(0, slash), bits);
                if (length < 1 || ip == null) {
                    throw bad(key, bits == 32 ? "must be an IPv4 address and prefix length, as 10.77.0.1/24"
                        : "must be an IPv6 address and prefix length, as fd77::1/64");
                }
                if (ip.isMulticastAddress() || ip.isAnyLocalAddress()) {
                    throw bad(key, "must be the address of one interface");
                }
                return new IpPrefix(ip.getAddress(), length);
            });
        }

        /** The address, or null if it is none of that family; never asks a name server. */
        private static InetAddress literal(String text, int bits) {
            try {
                if (bits == 32) {
                    return DOTTED.matcher(text).matches() ? Inet4Address.ofLiteral(text) : null;
                }
                return COLONS.matcher(text).matches()
                    && Inet6Address.ofLiteral(text) instanceof Inet6Address six ? six : null;
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        /** The number, or -1 if it is none, or above {@code max}. */
        private static int number(String text, int max) {
            if (!text.matches("\\d{1,6}")) {
                return -1;
            }
            int value = Integer.parseInt(text);
            return value > max ? -1 : value;
        }
    }
}
