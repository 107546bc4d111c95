package org.netdev4j.conformance.cases;

import static org.netdev4j.api.DeviceState.CONFIGURED;
import static org.netdev4j.api.DeviceState.RUNNING;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.net.MacAddress;

/** Life cycle: reset, and what survives it, stop and a new configuration. */
final class ResetCases {
    private static final int OTHER_MTU = 1280;

    @ConformanceCase(id = "LC-020",
        value = "reset() of a running device brings it back RUNNING with the same queues, and traffic passes.",
        needs = Capability.RESET,
        source = "NEEDS-ENA 20; "
            + "contract NetDev.reset(); ENA fix L2.1.3, F2.6.1: LLQ set-up lost after reset, driver and device "
            + "disagree",
        ifItFails = "reset() must program anew everything that start() and configure() programmed")
    void resetRunning(Bench bench) {
        bench.up(1);
        RxQueue rx = bench.device().rxQueue(0);
        TxQueue tx = bench.device().txQueue(0);
        for (int i = 0; i < 3; i++) {
            bench.device().reset();
            Check.equal(RUNNING, bench.device().state(), "state after reset() of a running device");
            Check.that(rx == bench.device().rxQueue(0) && tx == bench.device().txQueue(0),
                "reset() replaced a queue object");
            Exchange.bothWays(bench, 20);
        }
    }

    @ConformanceCase(id = "LC-021",
        value = "reset() of a device that does not run leaves it CONFIGURED, and it starts.",
        needs = Capability.RESET,
        source = "contract NetDev.reset(); [DTS vf_pf_reset]",
        ifItFails = "reset() must not start what was not running")
    void resetConfigured(Bench bench) {
        bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
        bench.device().reset();
        Check.equal(CONFIGURED, bench.device().state(), "state after reset() of a device that was not running");
        bench.device().start();
        Exchange.bothWays(bench, 10);
    }

    @ConformanceCase(id = "LC-022",
        value = "reset() in the middle of traffic frees each buffer in the rings once.",
        needs = Capability.RESET,
        source = "NEEDS-ENA 22, 28; "
            + "ENA fix D237407f0c3: double free of chained buffers; ENA fix D3c8bc29fd0: stale buffer pointers "
            + "after release",
        ifItFails = "what the device held before the reset is dead: free it in stop(), forget it, and post fresh "
            + "buffers")
    void resetUnderTraffic(Bench bench) {
        bench.up(1);
        for (int round = 0; round < 5; round++) {
            bench.far().send(Exchange.framesToDevice(bench, 30, 300));
            bench.rx(0).hold().free();
            bench.tx(0).send(Exchange.framesFromDevice(bench, 20, 300));
            bench.device().reset();
            Check.equal(0, bench.device().txQueue(0).pending(), "packets pending on the transmit queue after reset()");
            bench.far().drain();
            Frame marker = bench.toDevice().udp(9, round).build();
            bench.far().send(marker);
            bench.rx(0).takeUntil(marker);
        }
        bench.device().stop();
        Check.equal(0, bench.pool().inUse(), "buffers in use after stop()");
    }

    @ConformanceCase(id = "LC-023",
        value = "MTU, promiscuous and all-multicast mode survive stop, start and reset, in what the device says.",
        source = "[DTS port_restart_config_persistency]; contract NetDev: settings survive",
        ifItFails = "the settings given to reset() are those in effect; nothing is read back from a device that forgot")
    void settingsAreKept(Bench bench) {
        NetDev device = bench.device();
        bench.up(1);
        boolean mtu = bench.info().has(Capability.MTU_UPDATE);
        boolean promiscuous = bench.info().has(Capability.PROMISCUOUS);
        boolean multicast = bench.info().has(Capability.ALL_MULTICAST);
        int wanted = mtu ? Math.min(OTHER_MTU, bench.info().maxMtu()) : device.mtu();
        if (mtu) {
            device.setMtu(wanted);
        }
        if (promiscuous) {
            device.setPromiscuous(true);
        }
        if (multicast) {
            device.setAllMulticast(true);
        }
        for (String what : List.of("stop and start", "reset", "a new configuration")) {
            again(bench, what);
            Check.equal(wanted, device.mtu(), "MTU after " + what);
            Check.equal(promiscuous, device.promiscuous(), "promiscuous mode after " + what);
            Check.equal(multicast, device.allMulticast(), "all-multicast mode after " + what);
        }
    }

    private static void again(Bench bench, String what) {
        NetDev device = bench.device();
        if (what.equals("reset")) {
            if (bench.info().has(Capability.RESET)) {
                device.reset();
            }
            return;
        }
        device.stop();
        if (what.equals("a new configuration")) {
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
        }
        device.start();
    }

    @ConformanceCase(id = "LC-024",
        value = "Promiscuous mode that was on before stop, start and reset really is on after it.",
        needs = {Capability.PROMISCUOUS, Capability.RESET},
        source = "[DTS port_restart_config_persistency]; [DTS vf_pf_reset]; contract NetDev: settings survive",
        ifItFails = "the getter says on, the device was never told again: apply all settings in reset() and start()")
    void promiscuousSurvives(Bench bench) {
        bench.up(1);
        bench.device().setPromiscuous(true);
        Frame foreign = bench.toDevice().to(Bench.FOREIGN_MAC).build();
        for (String what : List.of("stop and start", "reset", "a new configuration")) {
            again(bench, what);
            bench.far().send(foreign);
            bench.rx(0).expect(foreign);
        }
    }

    @ConformanceCase(id = "LC-025",
        value = "The MAC address and the filters are in effect after reset as before it.",
        needs = {Capability.RESET, Capability.MAC_SET, Capability.MULTICAST_FILTER},
        source = "[DTS vf_pf_reset]: MAC and VLAN restored; [amzn-drivers ena_netdev.c, "
            + "ena_device_validate_params]: after reset, MAC must be unchanged",
        ifItFails = "apply address and filters in reset()")
    void filtersSurviveReset(Bench bench) {
        bench.up(1);
        MacAddress other = new MacAddress(0x02_00_00_00_77_01L);
        bench.device().setMacAddress(other);
        bench.device().setMulticastFilter(Set.of(new MacAddress(Bench.GROUP_MAC)));
        for (int i = 0; i < 2; i++) {
            bench.device().reset();
            Check.equal(other, bench.device().macAddress(), "MAC address after reset()");
            Frame own = bench.toDevice().to(other.value()).payload(20, bench.random()).build();
            Frame group = bench.toDevice().to(Bench.GROUP_MAC).payload(20, bench.random()).build();
            bench.far().send(own, group);
            bench.rx(0).expect(own, group);
        }
    }

    @ConformanceCase(id = "LC-026",
        value = "The MTU is in effect after reset as before it.",
        needs = {Capability.RESET, Capability.MTU_UPDATE},
        source = "[amzn-drivers ena_netdev.c]: ENA's MTU is programmed anew on each up; [DTS mtu]",
        ifItFails = "apply the MTU in reset()")
    void mtuSurvivesReset(Bench bench) {
        bench.up(1);
        bench.device().setMtu(Math.max(bench.info().minMtu(), 600));
        bench.device().reset();
        Frame tooLong = bench.toDevice().frameLength(14 + bench.device().mtu() + 9, bench.random()).build();
        Frame marker = bench.toDevice().udp(1, 1).build();
        bench.far().send(tooLong, marker);
        Check.that(bench.rx(0).takeUntil(marker).isEmpty(),
            "a frame longer than the MTU that was set before reset() was received after it");
    }

    @ConformanceCase(id = "LC-027", rxQueues = 2,
        value = "RSS key and table are in effect after stop, start and reset as before.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE, Capability.RESET},
        source = "[amzn-drivers ena_netdev.c]: RSS applied again after reset; DPDK virtio 0f7438e6d4: key "
            + "restore; cloudius-systems/osv#1471",
        ifItFails = "a reset leaves the indirection table as garbage: program it in reset(), from the settings")
    void rssSurvives(Bench bench) {
        bench.up(2);
        int size = bench.device().rss().table().length;
        int[] allToOne = new int[size];
        Arrays.fill(allToOne, 1);
        RssConfig wanted = bench.device().rss().withTable(allToOne);
        bench.device().setRss(wanted);
        for (int round = 0; round < 2; round++) {
            if (round == 0) {
                bench.device().stop();
                bench.device().start();
            } else {
                bench.device().reset();
            }
            Check.equal(wanted, bench.device().rss(), "rss() after " + (round == 0 ? "stop and start" : "reset"));
            for (int i = 0; i < 16; i++) {
                Frame frame = bench.toDevice().randomAddresses(false, bench.random()).udp(i, 9).build();
                bench.far().send(frame);
                bench.rx(1).expect(frame);
            }
        }
    }

    @ConformanceCase(id = "LC-028",
        value = "Offloads that were switched off stay off over stop, start and reset.",
        needs = Capability.RX_CHECKSUM,
        source = "contract NetDev: settings (offloads) survive; [DTS rx_tx_offload]",
        ifItFails = "reset() and start() must take the offloads from the settings, not from the capabilities")
    void offloadsSurvive(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.RX_CHECKSUM, false);
        for (String what : List.of("stop and start", "reset")) {
            again(bench, what);
            Check.that(!bench.device().offloads().contains(Capability.RX_CHECKSUM), "RX_CHECKSUM is on again after "
                + what);
            Frame frame = bench.toDevice().payload(50, bench.random()).build();
            bench.far().send(frame);
            int flags = bench.rx(0).expect(frame).get(0).flags();
            OffloadFlags.none(flags, OffloadFlags.RX_CHECKSUMS, "a packet while RX_CHECKSUM is off, after " + what
                + ",");
        }
    }
}
