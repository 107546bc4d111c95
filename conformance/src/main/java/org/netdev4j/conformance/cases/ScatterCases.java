package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;

/** Receive: frames that are larger than a buffer. */
final class ScatterCases {
    private static final int ROOM = 512;

    private static NetBufPool up(Bench bench, int mtu) {
        NetBufPool pool = bench.newPool(1024, Math.max(ROOM, bench.info().minRxBuffer()), true);
        bench.configure(bench.device(), DeviceConfig.queues(1), pool);
        if (bench.info().has(Capability.MTU_UPDATE)) {
            bench.device().setMtu(mtu);
        }
        bench.device().start();
        return pool;
    }

    @ConformanceCase(id = "RX-020",
        value = "Frames around the size of a buffer, and of several, are received whole.",
        needs = Capability.RX_SCATTER,
        source = "[DTS buffer_scatter]: five sizes around a buffer's; amzn/amzn-drivers fix D20.05: last "
            + "descriptor of zero bytes",
        ifItFails = "look at a frame that fills its last buffer to the last byte")
    void aroundBufferSize(Bench bench) {
        NetBufPool pool = up(bench, Math.min(bench.info().maxMtu(), 4000));
        int room = pool.dataRoom();
        TreeSet<Integer> lengths = new TreeSet<>();
        for (int buffers = 1; buffers <= 3; buffers++) {
            for (int more = -5; more <= 5; more++) {
                lengths.add(Math.max(60, Math.min(buffers * room + more, bench.device().mtu() + 14)));
            }
        }
        for (int length : lengths) {
            Frame frame = bench.toDevice().frameLength(length, bench.random()).build();
            bench.far().send(frame);
            NetBuf packet = bench.rx(0).hold();
            Check.sameFrame(frame.bytes(), packet.packetBytes(), "frame of " + length + " bytes in buffers of " + room);
            for (NetBuf segment = packet; segment != null; segment = segment.next()) {
                Check.that(segment.length() > 0, "a frame of " + length
                    + " bytes came with an empty buffer in its chain of " + packet.segments());
            }
            packet.free();
        }
    }

    @ConformanceCase(id = "RX-021",
        value = "The largest frames come in chains, again and again, and every buffer of a chain goes back.",
        needs = {Capability.RX_SCATTER, Capability.MTU_UPDATE},
        source = "NEEDS-ENA 38 (79405ee175, 709b1dcb73): chained buffers freed once; DPDK virtio 674effd868: leaks "
            + "in mergeable receive; virtio-win #1641",
        ifItFails = "look at a chain that runs over the end of the ring, and at state kept between polls when "
            + "half a packet has come")
    void largestFrames(Bench bench) {
        NetBufPool pool = up(bench, bench.info().maxMtu());
        int perFrame = (bench.info().maxMtu() + 14) / pool.dataRoom() + 1;
        int ring = bench.device().rxQueue(0).ringSize();
        Check.require(perFrame < ring - 1, "needs a ring that holds a frame of " + perFrame + " buffers; it has "
            + ring);
        for (int i = 0; i < 3 * ring / perFrame + 5; i++) {
            Frame frame = bench.toDevice().frameLength(bench.device().mtu() + 14 - bench.random().nextInt(300),
                bench.random()).build();
            bench.far().send(frame);
            bench.rx(0).expect(frame);
        }
        bench.device().stop();
        Check.equal(0, pool.inUse(), "buffers in use after stop()");
    }

    @ConformanceCase(id = "RX-022",
        value = "Small and large frames in turn keep their order and their content.",
        needs = Capability.RX_SCATTER,
        source = "NEEDS-ENA 43; "
            + "ENA fix F2.8.3: budget counted packets, not descriptors; DPDK virtio 366599450d: segmented mergeable",
        ifItFails = "a burst ends on packets, not in the middle of one")
    void mixed(Bench bench) {
        up(bench, Math.min(bench.info().maxMtu(), 2000));
        for (int round = 0; round < 10; round++) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                frames.add(bench.toDevice().frameLength(bench.random().nextInt(3) == 0 ? 60 : 60 + bench.random()
                    .nextInt(bench.device().mtu() - 60),
                    bench.random()).build());
            }
            bench.far().send(frames);
            bench.rx(0).expect(frames);
        }
    }

    @ConformanceCase(id = "RX-023",
        value = "A chain can be taken one packet at a time: receive() of one never gives half a packet.",
        needs = Capability.RX_SCATTER,
        source = "NEEDS-ENA 43; "
            + "[amzn-drivers ena_eth_com.c]: a packet may stop in the middle of the completions; contract "
            + "RxQueue.receive(): max counts packets",
        ifItFails = "max is a number of packets, not of buffers")
    void oneAtATime(Bench bench) {
        up(bench, Math.min(bench.info().maxMtu(), 3000));
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            frames.add(bench.toDevice().frameLength(bench.device().mtu() - i, bench.random()).build());
        }
        bench.far().send(frames);
        for (Frame frame : frames) {
            NetBuf packet = bench.rx(0).hold();
            Check.sameFrame(frame.bytes(), packet.packetBytes(), "packet taken alone");
            packet.free();
        }
    }
}
