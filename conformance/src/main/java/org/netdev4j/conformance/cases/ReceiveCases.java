package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.Statistics;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;

/** Receive: content, order, bursts, ownership and shortage of buffers. */
final class ReceiveCases {
    // How far the clocks of two machines may be apart: enough to tell a wrong unit or epoch.
    private static final long OTHER_CLOCK = 3_600_000_000_000L;

    @ConformanceCase(id = "RX-001",
        value = "A frame to the device's address is received byte for byte as it was sent.",
        source = "[DTS l2fwd]; QEMU igb-test rx; cloudius-systems/osv#1471: ARP worked, unicast was dropped",
        ifItFails = "is unicast filtered, or sent to a queue that nobody polls?")
    void oneFrame(Bench bench) {
        bench.up(1);
        Frame frame = bench.toDevice().payload(200, bench.random()).build();
        bench.far().send(frame);
        bench.rx(0).expect(frame);
    }

    @ConformanceCase(id = "RX-002",
        value = "Frames of every length from 60 bytes to the MTU are received whole.",
        source = "RFC 2544 sizes; [DTS test_pmd_pcap]: varied sizes; ENA fix D20.02, L2.1.4: receive offset",
        ifItFails = "look at lengths around buffer sizes and cache lines, and at an offset that the device puts "
            + "before the data")
    void everyLength(Bench bench) {
        bench.up(1);
        int longest = bench.device().mtu() + 14;
        List<Frame> frames = new ArrayList<>();
        for (int length = Frame.MIN_LENGTH; length < longest; length += length < 300 ? 1 : 37) {
            frames.add(bench.toDevice().frameLength(length, bench.random()).build());
        }
        frames.add(bench.toDevice().frameLength(longest, bench.random()).build());
        frames.add(bench.toDevice().tag(7).frameLength(longest + 4, bench.random()).build());
        Exchange.receive(bench, frames);
    }

    @ConformanceCase(id = "RX-003",
        value = "A thousand frames are received in order, each exactly once.",
        source = "contract RxQueue.receive(): oldest first; ENA fix L1.2.0, D18.11: out-of-order completion; QEMU "
            + "igb-test multiple_transfers",
        ifItFails = "look at what happens when indices wrap, and at completions that are taken twice or skipped")
    void manyFrames(Bench bench) {
        bench.up(1);
        Exchange.receive(bench, Exchange.framesToDevice(bench, 1000, 120));
        Check.equal(0, bench.rx(0).poll().size(), "packets received beyond the 1000 that were sent");
    }

    @ConformanceCase(id = "RX-004",
        value = "receive() of at most none takes nothing and loses nothing.",
        source = "NEEDS-ENA 43; "
            + "ENA fix L2.2.0: misbehaviour with budget 0",
        ifItFails = "look for a loop that takes one packet before it looks at the limit")
    void budgetOfNone(Bench bench) {
        bench.up(1);
        RxQueue queue = bench.device().rxQueue(0);
        List<Frame> frames = Exchange.framesToDevice(bench, 8, 60);
        bench.far().send(frames);
        NetBuf[] none = new NetBuf[1];
        for (int i = 0; i < 20; i++) {
            Check.equal(0, BurstStatus.count(queue.receive(none, 0, 0)), "packets of a receive() of at most 0");
            Check.equal(0, BurstStatus.count(queue.receive(none, 1, 0)),
                "packets of a receive() of at most 0 at the end of the array");
            bench.idle();
        }
        Check.that(none[0] == null, "receive() of at most 0 wrote to the array");
        bench.rx(0).expect(frames);
    }

    @ConformanceCase(id = "RX-005",
        value = "As long as packets wait, receive() says MORE.",
        source = "[UK netdev_core.h]: MORE, another packet may be waiting; contract BurstStatus.MORE",
        ifItFails = "say MORE whenever the limit was reached and the next completion has not been looked at")
    void saysMore(Bench bench) {
        bench.up(1);
        RxQueue queue = bench.device().rxQueue(0);
        int count = 32;
        bench.far().send(Exchange.framesToDevice(bench, count, 60));
        bench.rx(0).hold().free();
        NetBuf[] one = new NetBuf[1];
        int without = 0;
        boolean said = true;
        for (int done = 1; done < count;) {
            int status = queue.receive(one, 0, 1);
            if (BurstStatus.count(status) == 1) {
                without += said ? 0 : 1;
                said = BurstStatus.more(status);
                one[0].free();
                done++;
            } else {
                bench.idle();
            }
        }
        // A device with a thread of its own may fall dry once or twice in between, and then is right to say so.
        Check.that(without <= count / 4, "receive() did not say MORE " + without + " times of " + count
            + " although another packet was waiting");
    }

    @ConformanceCase(id = "RX-006",
        value = "receive() fills its part of the array and nothing else.",
        source = "contract RxQueue.receive(): from, max; [DPDK ena_ethdev.c, eth_ena_recv_pkts]: packets put into "
            + "the array although 0 was returned",
        ifItFails = "look at how the index of the array is made of from and the number done")
    void partOfArray(Bench bench) {
        bench.up(1);
        List<Frame> frames = Exchange.framesToDevice(bench, 10, 60);
        bench.far().send(frames);
        NetBuf[] array = new NetBuf[20];
        int[] done = new int[1];
        bench.await("10 packets, 3 at a time", () -> {
            done[0] += BurstStatus.count(bench.device().rxQueue(0)
                .receive(array, 5 + done[0], Math.min(3, 10 - done[0])));
            return done[0] == 10;
        });
        for (int i = 0; i < array.length; i++) {
            boolean inside = i >= 5 && i < 15;
            Check.equal(inside, array[i] != null, "presence of a packet at index " + i
                + ", after 10 were received from index 5 on,");
            if (inside) {
                Check.sameFrame(frames.get(i - 5).bytes(), array[i].packetBytes(), "packet at index " + i);
            }
        }
        NetBufPool.free(array, 5, 10);
    }

    @ConformanceCase(id = "RX-007",
        value = "A range that the array does not have is refused, and no packet is lost.",
        source = "contract RxQueue.receive(): IndexOutOfBoundsException",
        ifItFails = "check the arguments before a completion is taken")
    void ranges(Bench bench) {
        bench.up(1);
        List<Frame> frames = Exchange.framesToDevice(bench, 4, 60);
        bench.far().send(frames);
        for (int[] range : new int[][] {{0, 5}, {4, 1}, {-1, 1}, {1, -1}, {2, Integer.MAX_VALUE}}) {
            Check.refused(IndexOutOfBoundsException.class, "receive() of " + range[1] + " from " + range[0] + " into 4",
                () -> bench.device().rxQueue(0).receive(new NetBuf[4], range[0], range[1]));
        }
        bench.rx(0).expect(frames);
    }

    @ConformanceCase(id = "RX-008",
        value = "When the pool runs dry the queue says UNDERRUN and counts it, and when buffers come back so do "
            + "packets.",
        source = "NEEDS-ENA 42; "
            + "ENA fix L1.2.0: refill failed, ring empty, nobody rescheduled; [UK netdev_core.h, "
            + "alloc_rxpkts]; selftests pp_alloc_fail.py; ENA fix D17.05: leak when refill fails",
        ifItFails = "every receive() must try to refill a ring that is not full, also one that returns no packet")
    void starvation(Bench bench) {
        int ring = bench.info().rxRing().min();
        NetBufPool pool = bench.newPool(ring, bench.pool().dataRoom(), true);
        bench.device().configure(DeviceConfig.queues(1));
        RxQueue queue = bench.device().setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(ring).withPool(pool));
        bench.device().start();
        for (int round = 0; round < 3; round++) {
            NetBuf[] held = new NetBuf[ring];
            int count = 0;
            boolean underrun = false;
            for (int i = 0; i < 4 * ring; i++) {
                bench.far().trySend(bench.toDevice().udp(round, i).build().bytes());
                int status = queue.receive(held, count, ring - count);
                bench.idle();
                count += BurstStatus.count(status);
                underrun |= BurstStatus.underrun(status);
            }
            Check.that(count > 0, "no packet was received before the pool ran dry, round " + (round + 1));
            Check.that(underrun, "receive() never said UNDERRUN, although " + count + " of the pool's " + ring
                + " buffers were held");
            NetBufPool.free(held, 0, count);
            drain(bench);
            Frame marker = bench.toDevice().udp(7, round).payload(20, bench.random()).build();
            bench.far().send(marker);
            bench.rx(0).takeUntil(marker);
        }
        Check.that(bench.device().statistics().rxNombuf() > 0, "rxNombuf is 0 although the pool ran dry");
    }

    private static void drain(Bench bench) {
        for (int i = 0; i < 100; i++) {
            bench.rx(0).poll();
            bench.idle();
        }
    }

    @ConformanceCase(id = "RX-009",
        value = "More frames than the ring holds: each is received or counted as missed, none is damaged, and "
            + "then traffic goes on.",
        source = "[DTS stats_checks]: imissed; NEEDS-ENA 42; QEMU virtio-net-test rx_stop_cont",
        ifItFails = "a device without a posted buffer drops and counts; it never writes to one that is taken")
    void overflow(Bench bench) {
        int ring = bench.info().rxRing().min();
        bench.device().configure(DeviceConfig.queues(1));
        bench.device().setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(ring).withPool(bench.pool()));
        bench.device().start();
        int sent = Math.min(4 * ring, 2000);
        Statistics before = bench.device().statistics();
        for (int i = 0; i < sent; i++) {
            bench.far().send(bench.toDevice().udp(i, 1).payload(100, bench.random()).build());
        }
        Frame marker = bench.toDevice().udp(1, 2).build();
        List<Received> received = new ArrayList<>();
        int[] markers = new int[1];
        bench.await("a frame that was sent once the ring was read again", () -> {
            bench.rx(0).poll().forEach(packet -> {
                if (Arrays.equals(marker.bytes(), packet.bytes())) {
                    markers[0]++;
                } else {
                    received.add(packet);
                }
            });
            return markers[0] > 0 || !bench.far().trySend(marker.bytes());
        });
        for (Received packet : received) {
            Check.that(packet.frame().l4ChecksumGood(), "a packet received around the overflow is damaged");
        }
        // Some devices tell what they dropped once a second.
        bench.await(() -> "of " + sent + " frames " + received.size() + " were received and only "
            + bench.device().statistics().since(before).imissed() + " counted as missed; the rest",
            () -> received.size() + bench.device().statistics().since(before).imissed() >= sent);
    }

    @ConformanceCase(id = "RX-010",
        value = "A received packet is the application's: it does not change while others come.",
        source = "[UK netdev_core.h]: the caller owns it, the driver must never touch it; contract NetBuf: one "
            + "owner; ENA fix D3c8bc29fd0",
        ifItFails = "a buffer handed to the application must be gone from every descriptor and every cache of the "
            + "driver")
    void handedOver(Bench bench) {
        bench.up(1);
        List<Frame> kept = Exchange.framesToDevice(bench, 16, 500);
        NetBuf[] held = new NetBuf[16];
        for (int i = 0; i < held.length; i++) {
            bench.far().send(kept.get(i));
            held[i] = bench.rx(0).hold();
        }
        Exchange.receive(bench, Exchange.framesToDevice(bench, 4 * bench.device().rxQueue(0).ringSize(), 300));
        for (int i = 0; i < held.length; i++) {
            Check.sameFrame(kept.get(i).bytes(), held[i].packetBytes(), "packet " + i
                + " that the application held while others came");
        }
        NetBufPool.free(held, 0, held.length);
    }

    @ConformanceCase(id = "RX-011",
        value = "A received packet carries no requests of the transmit side, no chain that it does not need, and "
            + "the pool of its queue.",
        source = "NEEDS-ENA 36; "
            + "ENA fix D51 (amzn/amzn-drivers#51): Rx set Tx offload flags; contract NetBuf flags",
        ifItFails = "set all flags of a received packet, do not add to those of the buffer's last life")
    void cleanBuffers(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 3 * bench.device().rxQueue(0).ringSize(); i++) {
            bench.far().send(i % 2 == 0 ? bench.toDevice().payload(100, bench.random()).build() : bench.toDevice()
                .raw(0x88b5).payload(60, bench.random()).build());
            NetBuf packet = bench.rx(0).hold();
            Check.equal(0, packet.flags() & NetBuf.TX_REQUESTS,
                "requests of the transmit side in the flags of a received packet");
            Check.that(packet.next() == null, "a packet of " + packet.packetLength() + " bytes came in "
                + packet.segments() + " buffers");
            Check.that(packet.pool() == bench.pool(), "a packet came in a buffer of pool " + packet.pool().name());
            if (i % 2 == 1) {
                Check.equal(0, packet.flags() & OffloadFlags.RX_CHECKSUMS, "checksum flags of a packet that is no IP: "
                    + OffloadFlags.describe(packet.flags()) + ";");
            }
            packet.addFlags(NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_VLAN | NetBuf.RX_L4_CHECKSUM_BAD);
            packet.setVlanTci(0xffff);
            packet.free();
        }
    }

    @ConformanceCase(id = "RX-012",
        value = "A frame longer than the MTU allows is dropped and counted, not cut and not delivered.",
        source = "[DTS mtu, vf_jumboframe]: over the limit; IEEE 802.3: oversize frames; NEEDS-ENA 51",
        ifItFails = "look at the length limit that the device was given when the MTU was set: MTU + 14 bytes and "
            + "up to two tags")
    void oversize(Bench bench) {
        bench.up(1);
        Statistics before = bench.device().statistics();
        int limit = bench.device().mtu() + 14 + 8;
        List<Frame> tooLong = List.of(bench.toDevice().frameLength(limit + 1, bench.random()).build(),
            bench.toDevice().frameLength(limit + 300, bench.random()).build(), bench.toDevice()
                .frameLength(9500, bench.random()).build());
        Frame marker = bench.toDevice().udp(9, 9).build();
        bench.far().send(tooLong);
        bench.far().send(marker);
        List<Received> received = bench.rx(0).takeUntil(marker);
        Check.that(received.isEmpty(), "at MTU " + bench.device().mtu()
            + " a frame was received that was sent with more than " + limit + " bytes; it came with "
            + (received.isEmpty() ? 0 : received.get(0).bytes().length));
        bench.await(() -> "ierrors and imissed of " + tooLong.size() + " frames that were too long; they are "
            + bench.device().statistics().since(before), () -> {
            Statistics counted = bench.device().statistics().since(before);
            return counted.ierrors() + counted.imissed() == tooLong.size();
        });
        Statistics now = bench.device().statistics().since(before);
        Check.equal(1, now.ipackets(), "ipackets");
    }

    @ConformanceCase(id = "RX-013",
        value = "Frames shorter than an Ethernet header are dropped, or delivered as they are, and do not disturb "
            + "those behind them.",
        source = "IEEE 802.3: runts; ENA fix D20.05: zero-length receive descriptor; QEMU generic_fuzz",
        ifItFails = "look for a length less a header that becomes negative")
    void runts(Bench bench) {
        bench.up(1);
        for (int length : new int[] {1, 2, 13, 14, 20, 59}) {
            byte[] runt = Arrays.copyOf(bench.toDevice().payload(50, bench.random()).build().bytes(), length);
            Frame marker = bench.toDevice().udp(length, 9).build();
            bench.far().send(runt);
            bench.far().send(marker);
            for (Received packet : bench.rx(0).takeUntil(marker)) {
                Check.sameFrame(runt, packet.bytes(), "frame of " + length + " bytes");
            }
        }
    }

    @ConformanceCase(id = "RX-014",
        value = "Frames that came before start() do no harm, and those that come after it are received.",
        source = "ENA fix L1.4: events between reset and ring set-up touched unallocated memory; QEMU "
            + "virtio-net-test rx_stop_cont",
        ifItFails = "the device must not receive before its rings are ready")
    void beforeStart(Bench bench) {
        bench.far().send(Exchange.framesToDevice(bench, 5, 50));
        bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
        bench.far().send(Exchange.framesToDevice(bench, 5, 50));
        bench.device().start();
        Frame marker = bench.toDevice().udp(9, 9).build();
        bench.far().send(marker);
        Check.that(bench.rx(0).takeUntil(marker).size() <= 10, "more packets were received than were sent");
    }

    @ConformanceCase(id = "RX-015",
        value = "Received packets are stamped with the time at which they came, which never runs back.",
        needs = Capability.RX_TIMESTAMP,
        source = "selftests nic_timestamp.py; contract NetBuf.timestamp()",
        ifItFails = "look at units (nanoseconds) and epoch (1970), and at a stamp left from the buffer's last life")
    void timestamps(Bench bench) {
        bench.up(1);
        long slack = bench.far().sharesClock() ? 1_000_000_000L : OTHER_CLOCK;
        long last = bench.platform().clock().epochNanos() - slack;
        for (int i = 0; i < 20; i++) {
            Frame frame = bench.toDevice().udp(i, 1).build();
            bench.far().send(frame);
            Received packet = bench.rx(0).expect(frame).get(0);
            long now = bench.platform().clock().epochNanos();
            Check.that(packet.has(NetBuf.RX_TIMESTAMP), "a packet has no time stamp");
            Check.that(packet.timestamp() >= last, "a time stamp is " + (last - packet.timestamp())
                + " ns before the one of the packet before, or before the case began");
            Check.that(packet.timestamp() <= now + slack, "a time stamp is " + (packet.timestamp() - now)
                + " ns in the future");
            last = packet.timestamp();
        }
    }
}
