package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;

/**
 * ENA alone: devices that differ in what they have. Each comes up with what there is,
     in the order in which drivers fall back, and
 * moves packets; or is refused with a reason. They are made by keys of the model's address.
 */
final class EnaModelCases {
    private static final String ENA = "ena";
    private static final String MODEL = "feature-refused";

    /** Opens a variant, moves frames both ways on each queue of a few, before and after a reset, and closes it. */
    static void works(Bench bench, Map<String, String> keys, int pairs) {
        bench.pool();
        NetDev device = bench.openVariant(keys);
        int index = bench.devices() - 1;
        int room = device.info().minRxBuffer();
        NetBufPool pool = room <= bench.pool().dataRoom() ? bench.pool() : bench.newPool(1024, room, true);
        int queues = Math.min(pairs, Math.min(device.info().maxRxQueues(), device.info().maxTxQueues()));
        bench.configure(device, DeviceConfig.queues(queues), pool);
        device.start();
        for (int round = 0; round < 2; round++) {
            for (int queue = 0; queue < queues; queue++) {
                out(bench, device, index, queue);
            }
            in(bench, device, index, queues, "a device with " + keys);
            if (round == 0) {
                device.reset();
                bench.far(index).drain();
            }
        }
        device.stop();
        Check.equal(0, pool.inUse() + bench.pool().inUse(), "buffers in use after stop() of a device with " + keys);
        bench.closeLast();
    }

    private static void out(Bench bench, NetDev device, int index, int queue) {
        List<Frame> frames = new ArrayList<>();
        NetBuf[] burst = new NetBuf[9];
        for (int i = 0; i < burst.length; i++) {
            int length = new int[] {60, 95, 96, 97, 150, 223, 224, 225, 1000}[i];
            Frame frame = new Packet(Bench.FAR_MAC, device.macAddress().value()).udp(queue, i)
                .frameLength(length, bench.random()).build();
            frames.add(frame);
            burst[i] = bench.packet(frame.bytes());
        }
        int taken = BurstStatus.count(device.txQueue(queue).transmit(burst, 0, burst.length));
        Check.equal(burst.length, taken, "packets taken by transmit queue " + queue);
        bench.far(index).expect(frames);
        bench.await("the packets' completions", () -> {
            device.txQueue(queue).reclaim(Integer.MAX_VALUE);
            return device.txQueue(queue).pending() == 0;
        });
    }

    private static void in(Bench bench, NetDev device, int index, int queues, String what) {
        Map<Integer, Frame> missing = new LinkedHashMap<>();
        for (int i = 0; i < 8 * queues; i++) {
            Frame frame = new Packet(device.macAddress().value(), Bench.FAR_MAC).udp(3000 + i, 7)
                .payload(50 + i, bench.random()).build();
            missing.put(frame.word(frame.l4At()), frame);
            bench.far(index).send(frame);
        }
        NetBuf[] burst = new NetBuf[16];
        bench.await(() -> missing.size() + " packets, of " + what, () -> {
            for (int queue = 0; queue < queues; queue++) {
                int count = BurstStatus.count(device.rxQueue(queue).receive(burst, 0, burst.length));
                for (int i = 0; i < count; i++) {
                    Frame came = Frame.parse(burst[i].packetBytes());
                    Frame wanted = missing.remove(came.word(came.l4At()));
                    Check.that(wanted != null, "a packet came twice, of " + what);
                    Check.sameFrame(wanted.bytes(), came.bytes(), "a packet, of " + what);
                    burst[i].free();
                }
            }
            return missing.isEmpty();
        });
    }

    private static void each(Bench bench, String key, String... values) {
        for (String value : values) {
            works(bench, Map.of(key, value), 2);
        }
    }

    @ConformanceCase(id = "LC-100", driver = ENA, namedFaults = MODEL,
        value = "An ENA that lacks one of its features, whichever, comes up without it and moves packets.",
        source = "NEEDS-ENA 6; [AMZN ena_com.c, ena_com_get_dev_attr_feat]: which features may be missing; DPDK ena "
            + "b70db0912a",
        ifItFails = "look whether the feature is in supported_features before it is asked for, and what takes its place")
    void lacking(Bench bench) {
        for (String key : List.of("max-queues-ext", "hw-hints", "extra-properties", "frag-bypass", "rss", "rss-key",
            "rss-fields",
            "moderation", "link-config", "phc", "eni-stats", "srd", "extended-reset", "cdesc-mbz")) {
            each(bench, key, "false");
        }
        each(bench, "flow-rules", "0");
        each(bench, "timestamps", "none", "rx", "both");
        each(bench, "metrics", "0", "1", "0x20");
        each(bench, "aenq-groups", "0", "0x10", "0x1", "0xff");
    }

    @ConformanceCase(id = "LC-101", driver = ENA, namedFaults = MODEL,
        value = "Without memory for low-latency queues, or with nothing to put there, an ENA takes its descriptors "
            + "from host memory.",
        source = "NEEDS-ENA 9 (F2.6, D22.03): LLQ initialised although the memory BAR is absent; [AMZN ena_netdev.c, "
            + "ena_set_queues_placement_policy]",
        ifItFails = "no BAR 2, no LLQ feature or no queue of it: host placement, with a remark")
    void withoutLlq(Bench bench) {
        each(bench, "llq-bar", "false");
        each(bench, "llq", "false");
        each(bench, "llq-header", "2");
        each(bench, "llq_policy", "off");
    }

    @ConformanceCase(id = "LC-102", driver = ENA, namedFaults = MODEL,
        value = "Every form of low-latency queues that a device may offer is understood, and kept over a reset.",
        source = "NEEDS-ENA 32; "
            + "NEEDS-ENA 20 (L2.1.3, F2.6.1, F2.8.1): LLQ header size lost after reset, width wrong; NEEDS-ENA 34: "
                + "entries of 256 "
            + "bytes; NEEDS-ENA 50: LLQ silently off",
        ifItFails = "negotiate all of it anew after each reset, and compute header room from the entry size in force")
    void llqForms(Bench bench) {
        each(bench, "llq-entries", "1", "5", "7");
        works(bench, Map.of("llq-entries", "4", "llq-recommended", "4"), 2);
        each(bench, "llq-recommended", "0", "1", "4");
        each(bench, "llq-descs", "1", "2", "4", "8", "15");
        each(bench, "llq-stride", "1", "2", "3");
        each(bench, "llq-version", "0", "1");
        each(bench, "llq-wide-depth", "0", "512");
        each(bench, "llq_policy", "wide", "normal");
        works(bench, Map.of("llq-recommended", "4", "llq-meta-caching", "false", "llq-burst", "1024"), 2);
    }

    @ConformanceCase(id = "LC-103", driver = ENA, namedFaults = MODEL,
        value = "An ENA with a limit of bytes between two doorbells gets bursts of every length, none of which gets stuck.",
        source = "NEEDS-ENA 31 (D21.02, L2.2.9, L2.17): doorbell at the burst limit, meta descriptors counted",
        ifItFails = "entries, not packets, count against the limit; the meta descriptor's too")
    void burstLimit(Bench bench) {
        for (String bytes : List.of("256", "384", "512", "1024", "4096")) {
            works(bench, Map.of("llq-burst", bytes), 1);
            works(bench, Map.of("llq-burst", bytes, "llq-meta-caching", "false"), 2);
            works(bench, Map.of("llq-burst", bytes, "llq-recommended", "4"), 1);
        }
    }

    @ConformanceCase(id = "LC-104", driver = ENA, namedFaults = MODEL,
        value = "With fewer interrupt vectors than it asked for an ENA has fewer queues or is polled; its table may "
            + "be in a BAR of its "
            + "own.",
        source = "NEEDS-ENA 10 (F2.3.1): MSI-X table in a third BAR; NEEDS-ENA 12: 1, 2 and n-1 vectors granted; "
            + "NEEDS-ENA 13: admin "
            + "interrupt while polling",
        ifItFails = "vector 0 is for management, 1 + q for queues; what was granted decides, also after a reset")
    void vectors(Bench bench) {
        each(bench, "vectors", "0", "1", "2", "3", "8", "9");
        each(bench, "msix-vectors", "2", "5", "129");
        each(bench, "msix-bar", "0", "4");
        each(bench, "admin_mode", "polling", "interrupts");
    }

    @ConformanceCase(id = "LC-105", driver = ENA, namedFaults = MODEL,
        value = "An ENA whose registers cannot be read through memory is read directly.",
        source = "NEEDS-ENA 14 (D16.07): readless only if the device supports it; [AMZN ena_netdev.c]: bit 0 of the "
            + "revision",
        ifItFails = "look at the revision before the first register read")
    void directReads(Bench bench) {
        each(bench, "readless", "false");
        each(bench, "device", "vf", "vf-llq", "pf", "pf-llq");
    }

    @ConformanceCase(id = "LC-106", driver = ENA, namedFaults = MODEL,
        value = "Whatever number and depth of queues, segments and header room the device names, the driver keeps to it.",
        source = "NEEDS-ENA 35: too many buffers; NEEDS-ENA 52: ring sizes; NEEDS-ENA 30; [AMZN ena_netdev.c, "
            + "ena_calc_io_queue_size]",
        ifItFails = "each limit is the device's to say, with the driver's own below it")
    void limits(Bench bench) {
        each(bench, "queues", "1", "2", "3", "32", "128");
        each(bench, "tx-depth", "256", "512", "32768");
        each(bench, "rx-depth", "256", "32768");
        each(bench, "tx-descs", "2", "3", "64");
        // With fewer, a packet of the largest MTU needs buffers of its own size.
        each(bench, "rx-descs", "1", "5", "64");
        each(bench, "max-mtu", "1500", "9216", "65535");
        each(bench, "dma-width", "48", "44");
        each(bench, "max-header", "0", "96", "255");
    }

    @ConformanceCase(id = "RS-100", driver = ENA, namedFaults = MODEL,
        value = "Tables of every size that a device may decide on, and devices of one hash function, spread packets.",
        source = "NEEDS-ENA 47 (923c753a8f, L2.13.2): table size decided by the device; NEEDS-ENA 48: default to "
            + "Toeplitz, function "
            + "settable without the key",
        ifItFails = "ask for the table's size, allocate and fill that many, and name queues by the device's own index")
    void tables(Bench bench) {
        each(bench, "rss-table", "0", "1", "5", "7", "8", "9", "11");
        each(bench, "rss-functions", "2", "4", "6");
    }

    @ConformanceCase(id = "RX-100", driver = ENA, namedFaults = MODEL, needs = Capability.RX_SCATTER,
        value = "A packet that begins at an offset in its first buffer is read from there, alone and in a chain.",
        source = "NEEDS-ENA 41 (D20.02, L2.1.4, L2.2.8): receive offset ignored",
        ifItFails = "the offset is of the first descriptor; room in the buffer is less by it")
    void offset(Bench bench) {
        IntConsumer with = bytes -> {
            works(bench, Map.of("rx-offset", String.valueOf(bytes)), 1);
            NetDev device = bench.openVariant(Map.of("rx-offset", String.valueOf(bytes)));
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            device.start();
            device.setMtu(9000);
            int index = bench.devices() - 1;
            Frame large = new Packet(device.macAddress().value(), Bench.FAR_MAC)
                .frameLength(9014, bench.random()).build();
            bench.far(index).send(large);
            NetBuf[] one = new NetBuf[1];
            bench.await("a large packet at offset "
                + "" + bytes, () -> BurstStatus.count(device.rxQueue(0).receive(one, 0, 1)) == 1);
            Check.sameFrame(large.bytes(), one[0].packetBytes(), "a large packet at offset " + bytes);
            one[0].free();
            bench.closeLast();
        };
        for (int bytes : new int[] {0, 2, 14, 64, 255}) {
            with.accept(bytes);
        }
    }

    @ConformanceCase(id = "CT-100", driver = ENA, namedFaults = MODEL,
        value = "Packets beyond an allowance are dropped by the device and counted under the names that monitoring "
            + "looks for.",
        source = "NEEDS-ENA 49: statistics; [AMZN ena_ethtool.c]: pps_allowance_exceeded, bw_out_allowance_exceeded",
        ifItFails = "look at the customer metrics or ENI statistics, whichever the device has, and their names")
    void allowances(Bench bench) {
        bench.pool();
        for (Map<String, String> keys : List.of(Map.of("pps", "1000"), Map.of("pps", "1000", "metrics", "0"),
            Map.of("bw-out", "1M"))) {
            NetDev device = bench.openVariant(keys);
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            device.start();
            String name = keys.containsKey("pps") ? "pps_allowance_exceeded" : "bw_out_allowance_exceeded";
            bench.await(name + " above 0, of a device with " + keys, () -> {
                // Many, since asking for the statistics takes longer than sending, on a slow machine too long.
                for (int i = 0; i < 32; i++) {
                    NetBuf[] one = {bench.packet(bench.fromDevice().payload(800, bench.random()).build().bytes())};
                    if (BurstStatus.count(device.txQueue(0).transmit(one, 0, 1)) == 0) {
                        one[0].free();
                    }
                }
                bench.far(bench.devices() - 1).drain();
                Long exceeded = device.extendedStatistics().get(name);
                Check.that(exceeded != null, "there is no statistic " + name + " but "
                    + "" + device.extendedStatistics().keySet());
                return exceeded > 0;
            });
            bench.closeLast();
        }
    }
}
