package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Sender;
import org.netdev4j.conformance.frame.Frame;

/** Transmit: content, order, rings and ownership. */
final class TransmitCases {
    @ConformanceCase(id = "TX-001",
        value = "A frame leaves the device byte for byte as it was given.",
        source = "[DTS l2fwd]: payload intact; QEMU igb-test, e1000e-test: bytes on the socket",
        ifItFails = "look at address and length in the descriptor: data begins behind the headroom")
    void oneFrame(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().payload(200, bench.random()).build();
        // Those in the receive ring: some devices keep one of its slots empty.
        int posted = bench.pool().inUse();
        bench.tx(0).send(frame);
        bench.far().expect(frame);
        bench.tx(0).finish(bench.pool(), posted);
    }

    @ConformanceCase(id = "TX-002",
        value = "Frames of every length from 60 bytes to the MTU leave whole.",
        source = "RFC 2544 sizes; QEMU virtio-net-test large_tx; [DTS test_pmd_pcap]: varied sizes",
        ifItFails = "look at lengths around the sizes of buffers, inline headers (ENA's LLQ: 96 and 224 bytes) "
            + "and cache lines")
    void everyLength(Bench bench) {
        bench.up(1);
        int longest = bench.device().mtu() + 14;
        List<Frame> frames = new ArrayList<>();
        for (int length = Frame.MIN_LENGTH; length <= longest; length += length < 300 ? 1 : 37) {
            frames.add(bench.fromDevice().frameLength(length, bench.random()).build());
        }
        frames.add(bench.fromDevice().frameLength(longest, bench.random()).build());
        Exchange.transmit(bench, 0, frames);
    }

    @ConformanceCase(id = "TX-003",
        value = "A thousand frames leave in order, each exactly once.",
        source = "NEEDS-ENA 30; "
            + "contract TxQueue.transmit(): in order; ENA fix D16.11: masked indices used descriptors past the "
            + "ring; QEMU igb-test multiple_transfers",
        ifItFails = "look at what happens when indices wrap, and at when a descriptor is free again")
    void manyFrames(Bench bench) {
        bench.up(1);
        Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, 1000, 120));
        bench.far().expectNothing("1000 frames were given to it and had come already");
    }

    @ConformanceCase(id = "TX-004",
        value = "A burst that does not fit is taken in part: UNDERRUN says so, and the rest stays with the caller "
            + "as it was.",
        source = "[UK netdev.h, tx_one; virtio_net.c]: a packet that was not taken is left as given; contract "
            + "TxQueue.transmit(), BurstStatus",
        ifItFails = "a packet not taken must keep its bytes, headroom, chain and flags; undo what was prepared "
            + "for it; and never free it")
    void burstTooLarge(Bench bench) {
        int ring = bench.info().txRing().min();
        up(bench, ring);
        int count = Math.min(3 * ring, 900);
        List<Frame> frames = Exchange.framesFromDevice(bench, count, 60);
        NetBuf[] packets = packets(bench, frames);
        TxQueue queue = bench.device().txQueue(0);
        int done = 0;
        while (done < count) {
            int status = queue.transmit(packets, done, count - done);
            int taken = BurstStatus.count(status);
            Check.that(taken <= count - done, "of " + (count - done) + " packets offered it took " + taken);
            Check.equal(taken < count - done, BurstStatus.underrun(status), "UNDERRUN in "
                + BurstStatus.toString(status) + " after " + (count - done)
                + " packets were offered,");
            done += taken;
            for (int i = done; i < count; i++) {
                asGiven(packets[i], frames.get(i), i);
            }
            if (taken == 0) {
                bench.idle();
                queue.reclaim(Integer.MAX_VALUE);
            }
        }
        bench.far().expect(frames);
        bench.far().expectNothing("all " + count + " frames had come already");
        bench.tx(0).finish();
    }

    private static void asGiven(NetBuf packet, Frame frame, int index) {
        Check.that(packet.length() == frame.length() && packet.next() == null && packet.flags() == 0,
            "packet " + index + ", which was not taken, was changed: " + packet);
        Check.sameFrame(frame.bytes(), packet.packetBytes(), "packet " + index + ", which was not taken");
    }

    private static void up(Bench bench, int ring) {
        bench.device().configure(DeviceConfig.queues(1));
        bench.device().setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(bench.info().rxRing().min())
            .withPool(bench.newPool(
            bench.info().rxRing().min(), bench.pool().dataRoom(), false)));
        bench.device().setupTxQueue(0, new TxQueueConfig(ring));
        bench.device().start();
    }

    private static NetBuf[] packets(Bench bench, List<Frame> frames) {
        return frames.stream().map(frame -> bench.packet(frame.bytes())).toArray(NetBuf[]::new);
    }

    @ConformanceCase(id = "TX-005",
        value = "MORE after transmit means that one more packet is taken at once.",
        source = "[UK netdev.h, tx_one]: MORE means space for at least one more",
        ifItFails = "MORE promises room for a packet of one buffer: leave it out if none is left")
    void moreIsKept(Bench bench) {
        int ring = bench.info().txRing().min();
        up(bench, ring);
        TxQueue queue = bench.device().txQueue(0);
        int sent = 0;
        for (int i = 0; i < 4 * ring; i++) {
            Frame frame = bench.fromDevice().udp(i, 1).build();
            NetBuf[] one = {bench.packet(frame.bytes())};
            int status = queue.transmit(one, 0, 1);
            if (BurstStatus.count(status) == 0) {
                one[0].free();
            }
            sent += BurstStatus.count(status);
            if (BurstStatus.more(status)) {
                NetBuf[] next = {bench.packet(frame.bytes())};
                int after = queue.transmit(next, 0, 1);
                Check.equal(1, BurstStatus.count(after), "packets taken by a transmit() right after one that returned "
                    + BurstStatus.toString(status));
                sent++;
            }
        }
        bench.far().receive(sent);
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-006",
        value = "Every buffer that was taken comes back to its pool once it was sent.",
        source = "contract TxQueue: frees them when the device has completed them; ENA fix D19.02",
        ifItFails = "look at completions that nobody reaps, and at chains of which only the first buffer is freed")
    void buffersComeBack(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        NetBufPool pool = bench.pool();
        Sender tx = bench.tx(0);
        List<Frame> frames = Exchange.framesFromDevice(bench, 60, 300);
        tx.send(frames);
        bench.far().expect(frames);
        tx.finish(pool, 0);
        Check.equal(0, tx.queue().reclaim(100), "packets reaped although none was pending");
    }

    @ConformanceCase(id = "TX-007",
        value = "transmit() of no packet does nothing; a range that the array does not have is refused and takes "
            + "nothing.",
        source = "contract TxQueue.transmit(): IndexOutOfBoundsException; ENA fix L2.2.0: misbehaviour with budget 0",
        ifItFails = "check the arguments before the first packet is looked at")
    void ranges(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        TxQueue queue = bench.device().txQueue(0);
        NetBuf[] packets = packets(bench, Exchange.framesFromDevice(bench, 4, 50));
        Check.equal(0, BurstStatus.count(queue.transmit(packets, 0, 0)), "packets taken of none");
        Check.equal(0, BurstStatus.count(queue.transmit(packets, 4, 0)),
            "packets taken of none at the end of the array");
        for (int[] range : new int[][] {{0, 5}, {4, 1}, {-1, 1}, {1, -1}, {2, Integer.MAX_VALUE}, {5, 0}}) {
            Check.refused(IndexOutOfBoundsException.class, "transmit() of " + range[1] + " from " + range[0] + " of 4",
                () -> queue.transmit(packets, range[0], range[1]));
        }
        Check.equal(0, queue.pending(), "packets pending after all were refused");
        NetBufPool.free(packets, 0, 4);
        bench.far().expectNothing("nothing was sent");
    }

    @ConformanceCase(id = "TX-008",
        value = "transmit() takes the packets of its range and no others.",
        source = "contract TxQueue.transmit(): from, count",
        ifItFails = "look at how the index of the array is made of from and the number done")
    void partOfArray(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        List<Frame> frames = Exchange.framesFromDevice(bench, 12, 50);
        NetBuf[] packets = packets(bench, frames);
        packets[1] = free(packets[1]);
        packets[7] = free(packets[7]);
        Check.equal(5, BurstStatus.count(bench.device().txQueue(0).transmit(packets, 2, 5)), "packets taken of 5");
        bench.far().expect(frames.subList(2, 7));
        bench.far().expectNothing("only packets 2 to 6 were offered");
        bench.tx(0).finish();
        packets[0].free();
        NetBufPool.free(packets, 8, 4);
        Check.equal(0, bench.pool().inUse(), "buffers in use");
    }

    private static NetBuf free(NetBuf packet) {
        packet.free();
        return null;
    }

    @ConformanceCase(id = "TX-009",
        value = "pending() counts the packets taken and not yet reaped, and reclaim() says how many it reaped.",
        source = "contract TxQueue.pending(), reclaim()",
        ifItFails = "count packets, not buffers or descriptors")
    void pendingAndReclaim(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        TxQueue queue = bench.device().txQueue(0);
        List<Frame> frames = Exchange.framesFromDevice(bench, 10, 50);
        NetBuf[] packets = packets(bench, frames);
        Check.equal(10, BurstStatus.count(queue.transmit(packets, 0, 10)), "packets taken of 10");
        int pending = queue.pending();
        Check.that(pending >= 0 && pending <= 10, "pending() after 10 packets is " + pending);
        bench.far().expect(frames);
        int[] reaped = new int[1];
        bench.await("all packets to be reaped", () -> {
            int now = queue.reclaim(3);
            Check.that(now >= 0 && now <= 3, "reclaim(3) says that it reaped " + now);
            reaped[0] += now;
            return queue.pending() == 0;
        });
        Check.equal(pending, reaped[0], "packets that reclaim() reaped, of those pending");
        Check.equal(0, bench.pool().inUse(), "buffers in use");
    }

    @ConformanceCase(id = "TX-010",
        value = "One burst rings the doorbell once.",
        source = "NEEDS-ENA 31; "
            + "contract TxQueue.transmit(): the device is told once; ENA fix D21.02: doorbell rung twice when "
            + "the burst limit is hit exactly",
        ifItFails = "ring after the last packet of the burst, not after each")
    void oneDoorbell(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        TxQueue queue = bench.device().txQueue(0);
        for (int burst : new int[] {1, 2, 8, 16, 32}) {
            List<Frame> frames = Exchange.framesFromDevice(bench, burst, 50);
            long before = queue.counters().doorbells;
            int taken = BurstStatus.count(queue.transmit(packets(bench, frames), 0, burst));
            Check.equal(burst, taken, "packets taken of a burst of " + burst);
            long rung = queue.counters().doorbells - before;
            Check.that(rung <= 1, "a burst of " + burst + " packets rang the doorbell " + rung + " times");
            bench.far().expect(frames);
            bench.tx(0).finish();
        }
    }

    @ConformanceCase(id = "TX-011", txQueues = 2,
        value = "All transmit queues send, and each keeps its order.",
        source = "DPDK virtio 8a886e573a; [DTS l2fwd]: over several queues; ENA fix F2.1.1: queues shared meta "
            + "descriptor state",
        ifItFails = "look for state that should belong to a queue and is shared")
    void allQueues(Bench bench) {
        int queues = Math.min(8, bench.info().maxTxQueues());
        bench.up(new DeviceConfig(1, queues, Optional.empty()));
        List<List<Frame>> byQueue = new ArrayList<>();
        for (int q = 0; q < queues; q++) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                frames.add(bench.fromDevice().udp(q, i).payload(20 + q, bench.random()).build());
            }
            byQueue.add(frames);
        }
        for (int i = 0; i < 20; i++) {
            for (int q = 0; q < queues; q++) {
                bench.tx(q).send(byQueue.get(q).get(i));
            }
        }
        int[] next = new int[queues];
        for (byte[] frame : bench.far().receive(20 * queues)) {
            int q = Frame.parse(frame).word(34);
            Check.that(q < queues, "a frame of no queue came");
            Check.sameFrame(byQueue.get(q).get(next[q]).bytes(), frame, "frame " + next[q]++ + " of transmit queue "
                + q);
        }
    }

    @ConformanceCase(id = "TX-012",
        value = "Buffers of several pools in one burst go back each to its own.",
        source = "NEEDS-ENA 28; "
            + "ENA fix D237407f0c3: fast-free put buffers into the wrong pool; contract NetBuf.free()",
        ifItFails = "free in bulk with NetBufPool.free(), which looks at each buffer's pool")
    void severalPools(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        NetBufPool other = bench.newPool(64, 1024, true);
        List<Frame> frames = Exchange.framesFromDevice(bench, 24, 100);
        List<NetBuf> packets = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            packets.add(bench.packet(i % 3 == 0 ? other : bench.pool(), frames.get(i).bytes()));
        }
        bench.tx(0).send(packets.toArray(NetBuf[]::new));
        bench.far().expect(frames);
        bench.tx(0).finish(bench.pool(), 0);
        Check.equal(0, other.inUse(), "buffers of the second pool in use");
    }

    @ConformanceCase(id = "TX-013",
        value = "Data may begin anywhere in a buffer, as long as the headroom is enough.",
        source = "[UK netdev_core.h, nb_encap_tx, ioalign]; unikraft virtio_net.c: headroom of the header",
        ifItFails = "look at descriptors or headers that need an alignment; copy if the device does, but take any "
            + "address")
    void anyHeadroom(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        int least = bench.info().txHeadroom();
        List<Frame> frames = new ArrayList<>();
        List<NetBuf> packets = new ArrayList<>();
        for (int headroom = least; headroom < least + 70; headroom++) {
            Frame frame = bench.fromDevice().payload(10 + headroom, bench.random()).build();
            NetBuf packet = bench.pool().allocate();
            packet.setData(headroom, 0);
            packet.copyFrom(packet.append(frame.length()), frame.bytes(), 0, frame.length());
            frames.add(frame);
            packets.add(packet);
        }
        bench.tx(0).send(packets.toArray(NetBuf[]::new));
        bench.far().expect(frames);
        bench.tx(0).finish(bench.pool(), 0);
    }

    @ConformanceCase(id = "TX-014",
        value = "A received packet can be sent on in its buffer: nothing in it changes, and the buffer goes back "
            + "to the pool of the receive queue.",
        source = "NEEDS-ENA 36; "
            + "ENA fix D51 (amzn/amzn-drivers#51): Rx set Tx offload flags, forwarded ESP packets were "
            + "corrupted; [DTS l2fwd]",
        ifItFails = "look at flags and header lengths that receive leaves in the buffer: transmit must not take "
            + "them for requests")
    void forward(Bench bench) {
        bench.up(1);
        List<Frame> frames = new ArrayList<>(List.of(
            bench.toDevice().protocol(50).payload(120, bench.random()).build(),
            bench.toDevice().udp(4500, 4500).payload(90, bench.random()).build().withBadL4Checksum(),
            bench.toDevice().ip6().tcp(1, 2).payload(300, bench.random()).build(),
            bench.toDevice().payload(33, bench.random()).build().withBadIpChecksum(),
            bench.toDevice().raw(0x88b5).payload(64, bench.random()).build()));
        Collections.shuffle(frames, new Random(bench.random().nextLong()));
        bench.far().send(frames);
        for (int i = 0; i < frames.size(); i++) {
            bench.tx(0).send(bench.rx(0).hold());
        }
        bench.far().expect(frames);
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-015",
        value = "While the wire takes nothing transmit does not wait; once it does, all that was sent leaves in order.",
        source = "contract WirePort.send(): the sender keeps the frame or counts a drop; IEEE 802.3x: pause "
            + "frames stop a sender; [UK netdev.h]: fifo errors",
        ifItFails = "look at packets that stay in the ring: who tries them again, and when?")
    void wireStandsStill(Bench bench) {
        up(bench, Bench.ring(bench.info().txRing()));
        NetBufPool pool = bench.newPool(2048, bench.pool().dataRoom(), false);
        int most = 6000;
        Frame big = bench.fromDevice().frameLength(1400, bench.random()).build();
        int taken = 0;
        TxQueue queue = bench.device().txQueue(0);
        for (int i = 0; i < most; i++) {
            NetBuf[] one = {bench.packet(pool, big.bytes())};
            one[0].putShort(34, i);
            if (BurstStatus.count(queue.transmit(one, 0, 1)) == 1) {
                taken++;
            } else {
                one[0].free();
                break;
            }
        }
        int[] last = {-1};
        int[] arrived = new int[1];
        bench.await("all packets that were taken to leave, or to be counted as errors", () -> {
            takeInOrder(bench, last, arrived);
            queue.reclaim(Integer.MAX_VALUE);
            return queue.pending() == 0;
        });
        // A wire that is far away may hold more than the near end has room for: until nothing more comes.
        int before;
        do {
            before = arrived[0];
            bench.far().settle();
            takeInOrder(bench, last, arrived);
        } while (arrived[0] > before);
        Check.that(arrived[0] > 0 && arrived[0] <= taken, arrived[0] + " frames came of " + taken + " that were taken");
        Check.equal(taken, bench.device().statistics().opackets() + bench.device().statistics().oerrors(),
            "opackets and oerrors together");
        Check.equal(0, pool.inUse(), "buffers in use");
        Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, 20, 100));
    }

    private static void takeInOrder(Bench bench, int[] last, int[] arrived) {
        for (Optional<byte[]> frame = bench.far().poll(); frame.isPresent(); frame = bench.far().poll()) {
            int number = Frame.parse(frame.get()).word(34);
            Check.that(number > last[0], "frame " + number + " came after frame " + last[0]);
            last[0] = number;
            arrived[0]++;
        }
    }
}
