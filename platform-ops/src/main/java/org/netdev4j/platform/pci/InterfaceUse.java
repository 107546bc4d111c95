package org.netdev4j.platform.pci;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Who would miss a network interface of the kernel.
 *
 * <p>An interface that is merely up is nobody's: Linux's tools bring interfaces up by themselves. Nor does an IPv6
 * link-local address count: the kernel gives one to each that is up. [proc(5) /proc/net; LINUX-PCI]
 */
final class InterfaceUse {
    private static final String NO_ADDRESS6 = "0".repeat(32);
    private static final int ROUTE_UP = 1;
    private static final int ROUTE_REJECT = 0x200;
    private static final String SCOPE_LINK = "20";

    private final KernelFiles files;
    private final Function<String, List<String>> addresses4;

    /**
     * Over a tree.
     *
     * @param addresses4 IPv4 addresses of an interface, which no file tells
     */
    InterfaceUse(KernelFiles files, Function<String, List<String>> addresses4) {
        this.files = files;
        this.addresses4 = addresses4;
    }

    /** IPv4 addresses that an interface of this machine has. */
    static List<String> addresses4(String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            return found == null ? List.of() : Collections.list(found.getInetAddresses()).stream()
                .filter(Inet4Address.class::isInstance).map(a -> a.getHostAddress()).toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    /** Why an interface is missed when it is gone, each as a phrase that goes on from its name; empty if nobody does. */
    List<String> reasons(String name) {
        List<String> reasons = new ArrayList<>();
        if (files.lines("proc/net/route").stream().map(line -> line.split("\\s+")).anyMatch(r -> isDefault4(r, name))) {
            reasons.add("carries the default route");
        }
        if (files.lines("proc/net/ipv6_route").stream().map(line -> line.split("\\s+")).anyMatch(r -> isDefault6(r, name))) {
            reasons.add("carries the IPv6 default route");
        }
        addresses4.apply(name).forEach(address -> reasons.add("has the address " + address));
        for (String line : files.lines("proc/net/if_inet6")) {
            String[] words = line.split("\\s+");
            if (words.length >= 6 && words[5].equals(name) && !words[3].equals(SCOPE_LINK)) {
                reasons.add("has the address " + address6(words[0]));
            }
        }
        links(name, reasons);
        files.text("sys/class/net/" + name + "/ifindex").ifPresent(index -> {
            if (files.lines("proc/net/packet").stream().map(line -> line.split("\\s+"))
                .anyMatch(p -> p.length > 4 && p[4].equals(index))) {
                reasons.add("has a packet socket on it (as of tcpdump, dhclient or lldpd)");
            }
        });
        return reasons;
    }

    /** As people write it; the kernel writes 32 digits. */
    private static String address6(String digits) {
        try {
            return InetAddress.getByAddress(HexFormat.of().parseHex(digits)).getHostAddress();
        } catch (UnknownHostException | IllegalArgumentException e) {
            return digits;
        }
    }

    /** What is built on top of it: bridges and bonds, VLANs, macvlans. */
    private void links(String name, List<String> reasons) {
        String master = KernelFiles.targetName(files.at("sys/class/net/" + name + "/master")).orElse("");
        if (!master.isEmpty()) {
            reasons.add("is a port of " + master);
        }
        files.names("sys/class/net/" + name).stream().filter(n -> n.startsWith("upper_"))
            .map(n -> n.substring("upper_".length()))
            .filter(upper -> !upper.equals(master)).forEach(upper -> reasons.add("carries " + upper));
    }

    /** Columns: interface, destination, gateway, flags, references, use, metric, mask. */
    private static boolean isDefault4(String[] route, String name) {
        return route.length > 7 && route[0].equals(name) && route[1].equals("00000000") && route[7].equals("00000000")
            && (Integer.parseInt(route[3], 16) & ROUTE_UP) != 0;
    }

    /** Columns: destination, its length, source, its length, next hop, metric, references, use, flags, interface. */
    private static boolean isDefault6(String[] route, String name) {
        return route.length > 9 && route[9].equals(name) && route[0].equals(NO_ADDRESS6) && route[1].equals("00")
            && (Integer.parseUnsignedInt(route[8], 16) & ROUTE_REJECT) == 0;
    }
}
