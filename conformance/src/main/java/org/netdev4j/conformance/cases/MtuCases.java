package org.netdev4j.conformance.cases;

import java.util.Set;
import java.util.TreeSet;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.net.MacAddress;

/** Configuration: the MTU and the MAC address. */
final class MtuCases {
    private static final int ETHERNET = 14;
    private static final int TAG = 4;

    @ConformanceCase(id = "CF-020",
        value = "MTUs outside the limits are refused and the old one stays; the smallest and the largest are taken.",
        needs = Capability.MTU_UPDATE,
        source = "NEEDS-ENA 51; "
            + "ENA fix L2.2.0: MTU must be unsigned; ENA fix L2.13.3: XDP max MTU; [DTS mtu]",
        ifItFails = "look at minMtu and maxMtu of info(), which are bytes of IP packet, without Ethernet header, "
            + "tags and FCS")
    void limits(Bench bench) {
        NetDev device = bench.device();
        DeviceInfo info = bench.info();
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        int before = device.mtu();
        for (int mtu : new int[] {info.minMtu() - 1, info.maxMtu() + 1, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            Check.refused(InvalidConfigurationException.class, "an MTU of " + mtu, () -> device.setMtu(mtu));
            Check.equal(before, device.mtu(), "MTU after another was refused");
        }
        device.setMtu(info.minMtu());
        Check.equal(info.minMtu(), device.mtu(), "MTU after the smallest was set");
        device.setMtu(info.maxMtu());
        Check.equal(info.maxMtu(), device.mtu(), "MTU after the largest was set");
    }

    @ConformanceCase(id = "CF-021",
        value = "Setting the MTU that is in effect already changes nothing, also under traffic.",
        needs = Capability.MTU_UPDATE,
        source = "NEEDS-ENA 51; "
            + "ENA fix F0.8.1: setting the same MTU again",
        ifItFails = "an MTU change must not reset, or lose what is in the rings")
    void sameAgain(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 5; i++) {
            bench.device().setMtu(bench.device().mtu());
            Exchange.bothWays(bench, 10);
        }
    }

    @ConformanceCase(id = "CF-022",
        value = "A new MTU holds at once, in both directions, up to its last byte, with and without a VLAN tag.",
        needs = Capability.MTU_UPDATE,
        source = "[DTS mtu, mtu_update, jumboframes]: boundary frames; DPDK ixgbevf 3556f25183: max frame length",
        ifItFails = "the longest frame is MTU + 14 bytes, and 4 more for each of up to two tags; look at the "
            + "length limit of receive descriptors and filters")
    void boundary(Bench bench) {
        NetBufPool pool = bench.newPool(256, roomFor(bench), true);
        bench.configure(bench.device(), DeviceConfig.queues(1), pool);
        bench.device().start();
        Set<Integer> mtus = new TreeSet<>();
        for (int mtu : new int[] {bench.info().minMtu(), 576, 1400, 1500, 4000, bench.info().maxMtu()}) {
            mtus.add(Math.max(Math.max(bench.info().minMtu(), 60), Math.min(bench.info().maxMtu(), mtu)));
        }
        for (int mtu : mtus) {
            bench.device().setMtu(mtu);
            Frame plain = bench.toDevice().frameLength(mtu + ETHERNET, bench.random()).build();
            Frame tagged = bench.toDevice().tag(5).frameLength(mtu + ETHERNET + TAG, bench.random()).build();
            bench.far().send(plain, tagged);
            bench.rx(0).expect(plain, tagged);
            Frame out = bench.fromDevice().frameLength(mtu + ETHERNET, bench.random()).build();
            Frame outTagged = bench.fromDevice().tag(5).frameLength(mtu + ETHERNET + TAG, bench.random()).build();
            bench.tx(0).send(bench.packet(pool, out.bytes()), bench.packet(pool, outTagged.bytes()));
            bench.far().expect(out, outTagged);
        }
        bench.tx(0).finish();
    }

    private static int roomFor(Bench bench) {
        return Math.min(Math.max(bench.info().maxMtu() + 22, 2048), NetBufPool.MAX_CAPACITY - 1024);
    }

    @ConformanceCase(id = "CF-023",
        value = "A larger MTU than the receive buffers hold is refused while running, unless packets may be scattered.",
        needs = Capability.MTU_UPDATE,
        source = "contract NetDev.setMtu(): receive buffers must suit already; [DTS buffer_scatter]",
        ifItFails = "a frame must never be cut to the size of a buffer")
    void needsBuffers(Bench bench) {
        Check.require(bench.info().maxMtu() > 3000, "needs a device with an MTU above 3000; this one has "
            + bench.info().maxMtu());
        bench.up(DeviceConfig.queues(1).withOffloads());
        int before = bench.device().mtu();
        Check.refused(InvalidConfigurationException.class, "an MTU of 3000 with receive buffers of " + bench.pool()
            .dataRoom() + " bytes and scatter off",
            () -> bench.device().setMtu(3000));
        Check.equal(before, bench.device().mtu(), "MTU after another was refused");
        Exchange.bothWays(bench, 10);
    }

    @ConformanceCase(id = "CF-024",
        value = "Addresses that no station can have are refused, and the old one stays.",
        needs = Capability.MAC_SET,
        source = "[DTS mac_filter]: invalid addresses; DPDK virtio 7698e65551: null MACs",
        ifItFails = "look at DeviceOps.apply() for MAC: a refused change keeps the old address in the device too")
    void wrongMac(Bench bench) {
        bench.up(1);
        MacAddress before = bench.device().macAddress();
        for (long mac : new long[] {0, 0x01_00_00_00_00_01L, 0xffff_ffff_ffffL, Bench.GROUP_MAC}) {
            Check.refused(InvalidConfigurationException.class, "the address " + new MacAddress(mac),
                () -> bench.device().setMacAddress(new MacAddress(mac)));
            Check.equal(before, bench.device().macAddress(), "address after another was refused");
        }
        Exchange.bothWays(bench, 5);
    }
}
