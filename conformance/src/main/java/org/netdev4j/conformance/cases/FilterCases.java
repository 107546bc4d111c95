package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.net.MacAddress;

/** Filters and modes: which frames are received. */
final class FilterCases {
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long OTHER_GROUP = 0x33_33_00_00_00_07L;

    private static Frame to(Bench bench, long mac) {
        return bench.toDevice().to(mac).payload(30, bench.random()).build();
    }

    private static void passes(Bench bench, Frame frame, String what) {
        bench.far().send(frame);
        Check.sameFrame(frame.bytes(), bench.rx(0).takeOne(what + " to be received").bytes(), what);
    }

    /** Sends frames that must not be received, and a marker behind them that must be. */
    private static void drops(Bench bench, List<Frame> frames, String what) {
        Frame marker = bench.toDevice().tag(0).udp(9, 9).payload(12, bench.random()).build().withoutTag();
        bench.far().send(frames);
        bench.far().send(marker);
        int came = bench.rx(0).takeUntil(marker).size();
        Check.that(came == 0, what + ": " + came + " of " + frames.size() + " frames were received that must not be");
    }

    @ConformanceCase(id = "FI-001",
        value = "Frames to the device's own address and broadcasts are received.",
        source = "[DTS promisc_support, mac_filter]: default; cloudius-systems/osv#1471",
        ifItFails = "look at the filters' state after reset: own address and broadcast are on")
    void ownAndBroadcast(Bench bench) {
        bench.up(1);
        passes(bench, to(bench, bench.mac()), "a frame to the device's own address");
        passes(bench, to(bench, BROADCAST), "a broadcast");
    }

    @ConformanceCase(id = "FI-002",
        value = "Frames to another station are not received, and in promiscuous mode they are.",
        needs = Capability.PROMISCUOUS,
        source = "[DTS promisc_support, dynamic_config]; [UK netdev.h, uk_netdev_promiscuous_set]",
        ifItFails = "look at whether the mode reaches the device, in both directions")
    void promiscuous(Bench bench) {
        bench.up(1);
        for (int round = 0; round < 2; round++) {
            drops(bench, List.of(to(bench, Bench.FOREIGN_MAC), to(bench, bench.mac() ^ 1 << 8)),
                "promiscuous mode is off");
            bench.device().setPromiscuous(true);
            Check.that(bench.device().promiscuous(), "promiscuous() is false after it was switched on");
            passes(bench, to(bench, Bench.FOREIGN_MAC), "a frame to another station in promiscuous mode");
            passes(bench, to(bench, Bench.GROUP_MAC), "a multicast in promiscuous mode");
            passes(bench, to(bench, bench.mac()), "a frame to the device's own address in promiscuous mode");
            bench.device().setPromiscuous(false);
        }
    }

    @ConformanceCase(id = "FI-003",
        value = "After promiscuous mode broadcasts and the device's own address still pass.",
        needs = Capability.PROMISCUOUS,
        source = "DPDK ixgbevf 8260929205: broadcast lost after promiscuous mode off; [DTS dynamic_config]",
        ifItFails = "switching the mode off must restore what was on before, not clear it")
    void afterPromiscuous(Bench bench) {
        bench.up(1);
        bench.device().setPromiscuous(true);
        bench.device().setPromiscuous(false);
        passes(bench, to(bench, BROADCAST), "a broadcast after promiscuous mode");
        passes(bench, to(bench, bench.mac()), "a frame to the device's own address after promiscuous mode");
        drops(bench, List.of(to(bench, Bench.FOREIGN_MAC)), "promiscuous mode is off again");
    }

    @ConformanceCase(id = "FI-004",
        value = "Multicasts are received if the filter has their address, and only then.",
        needs = Capability.MULTICAST_FILTER,
        source = "[DTS mac_filter]: multicast filter; DPDK ixgbevf dc5a6e7422: table over-used; ff02::1:ff00:1 "
            + "must work for IPv6",
        ifItFails = "a filter by hash lets neighbours through: check the address in the driver if the device cannot")
    void multicastFilter(Bench bench) {
        bench.up(1);
        drops(bench, List.of(to(bench, Bench.GROUP_MAC), to(bench, OTHER_GROUP)), "the multicast filter is empty");
        bench.device().setMulticastFilter(Set.of(new MacAddress(Bench.GROUP_MAC)));
        passes(bench, to(bench, Bench.GROUP_MAC), "a multicast in the filter");
        drops(bench, List.of(to(bench, OTHER_GROUP), to(bench, Bench.GROUP_MAC + 1)),
            "the multicast filter has another address");
    }

    @ConformanceCase(id = "FI-005",
        value = "A new multicast filter replaces the old one; an empty one clears it.",
        needs = Capability.MULTICAST_FILTER,
        source = "contract NetDev.setMulticastFilter(): replaces the list; [DTS mac_filter]: add and remove",
        ifItFails = "clear the device's table before the new list is written")
    void multicastReplaced(Bench bench) {
        bench.up(1);
        bench.device().setMulticastFilter(Set.of(new MacAddress(Bench.GROUP_MAC)));
        bench.device().setMulticastFilter(Set.of(new MacAddress(OTHER_GROUP)));
        passes(bench, to(bench, OTHER_GROUP), "a multicast in the new filter");
        drops(bench, List.of(to(bench, Bench.GROUP_MAC)), "the address is in the old filter only");
        bench.device().setMulticastFilter(Set.of());
        drops(bench, List.of(to(bench, Bench.GROUP_MAC), to(bench, OTHER_GROUP)), "the filter was cleared");
        passes(bench, to(bench, BROADCAST), "a broadcast while the filter is empty");
    }

    @ConformanceCase(id = "FI-006",
        value = "The multicast filter holds as many addresses as the device says; more are refused, and the "
            + "filter stays.",
        needs = Capability.MULTICAST_FILTER,
        source = "[DTS mac_filter]: over the limit; DPDK ixgbevf dc5a6e7422",
        ifItFails = "say the truth in maxMulticast of info()")
    void multicastLimit(Bench bench) {
        bench.up(1);
        int most = bench.info().maxMulticast();
        Check.require(most > 0 && most <= 2048, "needs a multicast filter with a limit up to 2048; it has " + most);
        List<MacAddress> all = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            all.add(new MacAddress(0x01_00_5e_10_00_00L + i));
        }
        bench.device().setMulticastFilter(all);
        for (MacAddress each : List.of(all.get(0), all.get(most / 2), all.get(most - 1))) {
            passes(bench, to(bench, each.value()), "multicast to " + each + ", in a full filter");
        }
        all.add(new MacAddress(Bench.GROUP_MAC));
        Check.refused(InvalidConfigurationException.class, "a multicast filter of " + all.size() + " addresses, where "
            + most + " are the most",
            () -> bench.device().setMulticastFilter(all));
        passes(bench, to(bench, all.get(0).value()), "a multicast in the filter, after a larger one was refused");
        drops(bench, List.of(to(bench, Bench.GROUP_MAC)), "the filter with this address was refused");
    }

    @ConformanceCase(id = "FI-007",
        value = "All-multicast mode lets every multicast in, and no unicast of others.",
        needs = Capability.ALL_MULTICAST,
        source = "[DTS dynamic_config]: all-multicast; DPDK ixgbevf b604589d57: mode off",
        ifItFails = "look at a mode that is promiscuous in truth")
    void allMulticast(Bench bench) {
        bench.up(1);
        bench.device().setAllMulticast(true);
        passes(bench, to(bench, Bench.GROUP_MAC), "a multicast in all-multicast mode");
        passes(bench, to(bench, OTHER_GROUP), "another multicast in all-multicast mode");
        drops(bench, List.of(to(bench, Bench.FOREIGN_MAC)), "all-multicast mode is not promiscuous mode");
        bench.device().setAllMulticast(false);
        drops(bench, List.of(to(bench, Bench.GROUP_MAC), to(bench, OTHER_GROUP)), "all-multicast mode is off again");
    }

    @ConformanceCase(id = "FI-008",
        value = "Frames to further unicast addresses are received once these are in the filter.",
        needs = Capability.UNICAST_FILTER,
        source = "[DTS mac_filter]: add and remove addresses; DPDK ixgbevf ce7a410081: changes only when the PF "
            + "acknowledges",
        ifItFails = "the filter is beside the device's own address, which always passes")
    void unicastFilter(Bench bench) {
        bench.up(1);
        long second = 0x02_00_00_00_55_01L;
        drops(bench, List.of(to(bench, second)), "the unicast filter is empty");
        bench.device().setUnicastFilter(Set.of(new MacAddress(second)));
        passes(bench, to(bench, second), "a frame to an address in the unicast filter");
        passes(bench, to(bench, bench.mac()), "a frame to the device's own address");
        drops(bench, List.of(to(bench, second + 1)), "the unicast filter has another address");
        bench.device().setUnicastFilter(Set.of());
        drops(bench, List.of(to(bench, second)), "the unicast filter was cleared");
    }

    @ConformanceCase(id = "FI-009",
        value = "Addresses that do not belong in a filter are refused, and the filter stays.",
        needs = {Capability.UNICAST_FILTER, Capability.MULTICAST_FILTER},
        source = "[DTS mac_filter]: invalid addresses (zero, over the limit)",
        ifItFails = "a refused list must leave the old one in the device")
    void wrongAddresses(Bench bench) {
        bench.up(1);
        MacAddress group = new MacAddress(Bench.GROUP_MAC);
        bench.device().setMulticastFilter(Set.of(group));
        Check.refused(InvalidConfigurationException.class, "a unicast address in the multicast filter",
            () -> bench.device().setMulticastFilter(List.of(group, new MacAddress(Bench.FOREIGN_MAC))));
        Check.refused(InvalidConfigurationException.class, "a group address in the unicast filter", () -> bench.device()
            .setUnicastFilter(Set.of(group)));
        Check.refused(InvalidConfigurationException.class, "address zero in the unicast filter", () -> bench.device()
            .setUnicastFilter(Set.of(MacAddress.ZERO)));
        List<MacAddress> tooMany = new ArrayList<>();
        for (int i = 0; i <= bench.info().maxUnicast(); i++) {
            tooMany.add(new MacAddress(0x02_00_00_10_00_00L + i));
        }
        Check.refused(InvalidConfigurationException.class, "a unicast filter of " + tooMany.size() + " addresses",
            () -> bench.device().setUnicastFilter(tooMany));
        passes(bench, to(bench, Bench.GROUP_MAC), "a multicast in the filter, after others were refused");
    }

    @ConformanceCase(id = "FI-010",
        value = "A new address of the device is received at once, and the old one no longer.",
        needs = Capability.MAC_SET,
        source = "DPDK ixgbevf e367815d20: MAC changes; [DTS mac_filter]; [UK netdev.h, uk_netdev_hwaddr_set]",
        ifItFails = "replace the address in the device's filter, do not add to it")
    void newAddress(Bench bench) {
        bench.up(1);
        long old = bench.mac();
        MacAddress other = new MacAddress(0x02_00_00_00_66_01L);
        bench.device().setMacAddress(other);
        Check.equal(other, bench.device().macAddress(), "address after it was changed");
        passes(bench, to(bench, other.value()), "a frame to the new address");
        drops(bench, List.of(to(bench, old)), "the address was changed");
        bench.device().setMacAddress(new MacAddress(old));
        passes(bench, to(bench, old), "a frame to the first address, after it was set again");
    }

    @ConformanceCase(id = "FI-011",
        value = "With the VLAN filter on, untagged frames and those of listed VLANs pass, and no others.",
        needs = Capability.VLAN_FILTER,
        source = "[DTS vlan, vf_vlan]: filtered out; contract NetDev.setVlanFilter(): untagged frames always pass",
        ifItFails = "the id is 12 bits of the tag: priority and DEI do not count")
    void vlanFilter(Bench bench) {
        bench.up(1);
        Frame listed = bench.toDevice().tag(0x3064).payload(30, bench.random()).build();
        Frame other = bench.toDevice().tag(0x0065).payload(30, bench.random()).build();
        passes(bench, other, "a tagged frame while the filter is off");
        bench.device().setOffload(Capability.VLAN_FILTER, true);
        bench.device().setVlanFilter(Set.of(0x64, 4094));
        passes(bench, listed, "a frame of a listed VLAN");
        passes(bench, bench.toDevice().tag(4094).payload(30, bench.random()).build(),
            "a frame of VLAN 4094, which is listed");
        passes(bench, to(bench, bench.mac()), "an untagged frame");
        drops(bench, List.of(other), "the VLAN is not listed");
        bench.device().setVlanFilter(Set.of());
        drops(bench, List.of(listed, other), "no VLAN is listed");
        bench.device().setOffload(Capability.VLAN_FILTER, false);
        passes(bench, other, "a tagged frame after the filter was switched off");
    }

    @ConformanceCase(id = "FI-012",
        value = "VLAN ids outside 0 to 4094 are refused, and the filter stays.",
        needs = Capability.VLAN_FILTER,
        source = "IEEE 802.1Q §9.6: 4095 is reserved; [DTS vlan]",
        ifItFails = "look at DeviceOps.apply() for VLAN_FILTER")
    void wrongVlans(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.VLAN_FILTER, true);
        bench.device().setVlanFilter(Set.of(7));
        for (int vlan : new int[] {-1, 4095, 4096, 65536}) {
            Check.refused(InvalidConfigurationException.class, "VLAN " + vlan, () -> bench.device()
                .setVlanFilter(Set.of(vlan)));
        }
        passes(bench, bench.toDevice().tag(7).payload(30, bench.random()).build(),
            "a frame of VLAN 7, after others were refused");
    }

    @ConformanceCase(id = "FI-013",
        value = "Filters and modes survive stop and start, and hold from the first frame on.",
        needs = {Capability.MULTICAST_FILTER, Capability.PROMISCUOUS},
        source = "[DTS port_restart_config_persistency]; contract NetDev: settings survive",
        ifItFails = "apply filters before the receiver is switched on")
    void overStopAndStart(Bench bench) {
        bench.up(1);
        bench.device().setMulticastFilter(Set.of(new MacAddress(Bench.GROUP_MAC)));
        bench.device().stop();
        bench.device().start();
        drops(bench, List.of(to(bench, Bench.FOREIGN_MAC), to(bench, OTHER_GROUP)),
            "the device was stopped and started");
        passes(bench, to(bench, Bench.GROUP_MAC), "a multicast in the filter, after stop and start");
    }

    @ConformanceCase(id = "FI-014",
        value = "Settings made before start() hold from the first frame on.",
        needs = Capability.PROMISCUOUS,
        source = "[UK netdev_core.h]: hwaddr, mtu and promiscuous are usable in CONFIGURED; DPDK: settings before "
            + "dev_start",
        ifItFails = "start() must apply what was set while the device did not run")
    void beforeStart(Bench bench) {
        bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
        bench.device().setPromiscuous(true);
        bench.device().start();
        passes(bench, to(bench, Bench.FOREIGN_MAC),
            "a frame to another station, with promiscuous mode set before start");
    }
}
