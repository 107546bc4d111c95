package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.Statistics;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Receiver;
import org.netdev4j.conformance.Sender;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.net.MacAddress;

/** Concurrency: queues on threads of their own, and the control path beside them. */
final class ConcurrencyCases {
    private static final int MANY = 3000;

    private static Frame numbered(Bench bench, boolean toDevice, int queue, int number) {
        byte[] payload = {(byte) (number >>> 16), (byte) (number >>> 8), (byte) number, 0, 0, 0};
        return (toDevice ? bench.toDevice() : bench.fromDevice()).udp(1000 + queue, 2000).payload(payload).build();
    }

    private static int number(byte[] frame) {
        return (frame[42] & 0xff) << 16 | (frame[43] & 0xff) << 8 | frame[44] & 0xff;
    }

    private static int queue(byte[] frame) {
        return ((frame[34] & 0xff) << 8 | frame[35] & 0xff) - 1000;
    }

    /** Frames that are made beforehand, since a bench's random numbers and packets belong to one thread. */
    private static List<Frame> numbered(Bench bench, boolean toDevice, int queue) {
        List<Frame> frames = new ArrayList<>(MANY);
        for (int i = 0; i < MANY; i++) {
            frames.add(numbered(bench, toDevice, queue, i));
        }
        return frames;
    }

    @ConformanceCase(id = "CO-001", realTime = true,
        value = "A receive and a transmit queue work at the same time on two threads.",
        source = "contract RxQueue, TxQueue: different queues need no coordination; [DTS l2fwd]: full duplex",
        ifItFails = "look at scratch memory, counters and locks that both directions share")
    void fullDuplex(Bench bench) {
        bench.up(1);
        Receiver rx = bench.rx(0);
        Sender tx = bench.tx(0);
        List<Frame> in = numbered(bench, true, 0);
        List<Frame> out = numbered(bench, false, 0);
        AtomicInteger received = new AtomicInteger();
        Parallel.all(bench, List.of(() -> {
            for (int i = 0; i < MANY; i++) {
                int before = i;
                bench.await("the device to keep up", () -> before - received.get() < 48);
                bench.far().send(in.get(i));
            }
        }, () -> bench.awaitLong(() -> MANY + " packets; " + received.get() + " came", () -> {
            rx.poll().forEach(packet -> Check.sameFrame(in.get(received.getAndIncrement()).bytes(), packet.bytes(),
                "packet " + received.get()));
            return received.get() == MANY;
        }), () -> {
            tx.send(out);
            tx.finish();
        }));
        bench.far().expect(out);
    }

    @ConformanceCase(id = "CO-002", txQueues = 2, realTime = true,
        value = "All transmit queues send at the same time, each on its thread; every frame leaves once, and each "
            + "queue keeps its order.",
        source = "ENA fix F2.1.1: several queues, a race corrupted data; [DTS l2fwd]; contract WirePort: one "
            + "thread sends at a time",
        ifItFails = "what queues share - the wire, an admin queue, scratch memory - needs a lock or a copy for each")
    void parallelTransmit(Bench bench) {
        int queues = Math.min(4, bench.info().maxTxQueues());
        bench.up(new DeviceConfig(1, queues, Optional.empty()));
        List<Runnable> bodies = new ArrayList<>();
        for (int q = 0; q < queues; q++) {
            Sender tx = bench.tx(q);
            List<Frame> frames = numbered(bench, false, q);
            bodies.add(() -> {
                tx.send(frames);
                tx.finish();
            });
        }
        int[] next = new int[queues];
        bodies.add(() -> {
            for (byte[] frame : bench.far().receive(queues * MANY)) {
                int q = queue(frame);
                Check.that(q >= 0 && q < queues, "a damaged frame came");
                Check.equal(next[q]++, number(frame), "number of the next frame of transmit queue " + q);
            }
        });
        Parallel.all(bench, bodies);
        bench.far().expectNothing("all " + queues * MANY + " frames had come already");
    }

    @ConformanceCase(id = "CO-003", rxQueues = 2, realTime = true,
        value = "All receive queues are polled at the same time, each on its thread; every packet is received once.",
        needs = Capability.RSS_HASH,
        source = "contract RxQueue: different queues need no coordination; [DTS pmdrss_hash]",
        ifItFails = "look at how frames are dealt out to queues when two of them are polled at once")
    void parallelReceive(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int count = 2000;
        List<Frame> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] payload = {(byte) (i >>> 16), (byte) (i >>> 8), (byte) i};
            frames.add(bench.toDevice().ip4(bench.random().nextInt(), bench.random().nextInt()).payload(payload)
                .build());
        }
        AtomicInteger received = new AtomicInteger();
        ConcurrentLinkedQueue<byte[]> got = new ConcurrentLinkedQueue<>();
        List<Runnable> bodies = new ArrayList<>();
        for (int q = 0; q < queues; q++) {
            Receiver rx = bench.rx(q);
            bodies.add(() -> bench.awaitLong(() -> count + " packets on " + queues + " queues; " + received.get()
                + " came",
                () -> {
                rx.poll().forEach(p -> {
                    got.add(p.bytes());
                    received.incrementAndGet();
                });
                return received.get() >= count;
            }));
        }
        bodies.add(() -> {
            for (int i = 0; i < count; i++) {
                int before = i;
                bench.await("the device to keep up", () -> before - received.get() < 32);
                bench.far().send(frames.get(i));
            }
        });
        Parallel.all(bench, bodies);
        BitSet seen = new BitSet();
        for (byte[] frame : got) {
            int number = number(frame);
            Check.that(number < count && !seen.get(number), "packet " + number + " was received twice, or is damaged");
            Check.sameFrame(frames.get(number).bytes(), frame, "packet " + number);
            seen.set(number);
        }
        Check.equal(count, seen.cardinality(), "packets received");
    }

    @ConformanceCase(id = "CO-004", realTime = true,
        value = "Statistics, link and settings can be read while traffic runs, and no counter runs backwards.",
        source = "selftests stats.py: two parallel readers; contract QueueCounters: read racily; ENA fix F2.6",
        ifItFails = "look at getters that stop traffic, or that read what a queue writes in two steps")
    void readers(Bench bench) {
        bench.up(1);
        AtomicBoolean done = new AtomicBoolean();
        List<Frame> frames = numbered(bench, true, 0).subList(0, 1500);
        Runnable reader = () -> {
            Statistics last = bench.device().statistics();
            while (!done.get()) {
                Statistics now = bench.device().statistics();
                Statistics more = now.since(last);
                Check.that(more.ipackets() >= 0 && more.ibytes() >= 0 && more.opackets() >= 0,
                    "a counter ran backwards: " + last + ", then " + now);
                bench.device().extendedStatistics();
                bench.device().link();
                bench.device().mtu();
                last = now;
            }
        };
        Parallel.with(bench, "reader", reader, () -> {
            try {
                Exchange.receive(bench, frames);
                Exchange.transmit(bench, 0, numbered(bench, false, 0).subList(0, 1500));
            } finally {
                done.set(true);
            }
        });
        Check.equal(1500, bench.device().statistics().ipackets(), "ipackets");
    }

    @ConformanceCase(id = "CO-005", realTime = true,
        value = "Control calls of several threads wait for one another, and none is lost or dead-locks.",
        source = "NEEDS-ENA 1, 26; "
            + "contract NetDev: thread-safe, one call at a time; ENA fix D20.11: admin queue used from two "
            + "threads; ENA fix D195e0f2497: lock kept on an error path",
        ifItFails = "look at locks that are kept when a call is refused")
    void controlCalls(Bench bench) {
        bench.up(1);
        List<Runnable> bodies = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            bodies.add(() -> {
                for (int i = 0; i < 60; i++) {
                    controlCall(bench, thread + i);
                }
            });
        }
        Parallel.all(bench, bodies);
        if (bench.info().has(Capability.PROMISCUOUS)) {
            bench.device().setPromiscuous(false);
        }
        Exchange.bothWays(bench, 5);
    }

    private static void controlCall(Bench bench, int i) {
        NetDev device = bench.device();
        switch (i % 5) {
            case 0 -> Check.refused(RuntimeException.class, "an MTU of -1", () -> device.setMtu(-1));
            case 1 -> device.statistics();
            case 2 -> {
                if (bench.info().has(Capability.PROMISCUOUS)) {
                    device.setPromiscuous(i % 2 == 0);
                }
            }
            case 3 -> {
                if (bench.info().has(Capability.MTU_UPDATE)) {
                    device.setMtu(device.mtu());
                }
            }
            default -> device.link();
        }
    }

    @ConformanceCase(id = "CO-006", realTime = true,
        value = "Buffers may be freed by another thread than the one that received them.",
        source = "contract NetBufPool: thread-safe; ENA fix D237407f0c3: fast-free",
        ifItFails = "look at caches of free buffers that belong to a thread")
    void freedElsewhere(Bench bench) {
        bench.up(1);
        ConcurrentLinkedQueue<NetBuf> handed = new ConcurrentLinkedQueue<>();
        AtomicInteger freed = new AtomicInteger();
        int count = 800;
        List<Frame> frames = numbered(bench, true, 0).subList(0, count);
        Parallel.with(bench, "freeing thread", () -> bench.awaitLong(() -> count + " packets to be freed; "
            + freed.get()
            + " were", () -> {
            for (NetBuf packet = handed.poll(); packet != null; packet = handed.poll()) {
                packet.free();
                freed.incrementAndGet();
            }
            return freed.get() == count;
        }), () -> {
            for (Frame frame : frames) {
                bench.far().send(frame);
                handed.add(bench.rx(0).hold());
            }
        });
        bench.device().stop();
        Check.equal(0, bench.pool().inUse(), "buffers in use");
    }

    @ConformanceCase(id = "CO-007", realTime = true,
        value = "close() called by two threads at once closes once and returns to both.",
        source = "NEEDS-ENA 23: close twice; [DTS hotplug]; contract NetDev.close(): idempotent",
        ifItFails = "look at frees that are not guarded by the state")
    void closeTwice(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 5);
        Parallel.all(bench, List.of(bench.device()::close, bench.device()::close, bench.device()::close));
        Check.equal(DeviceState.CLOSED, bench.device().state(), "state after close()");
        Check.equal(0, bench.pool().inUse(), "buffers in use");
    }

    @ConformanceCase(id = "CO-008",
        value = "Two devices on one platform work side by side, and a packet passes from one to the other without "
            + "a copy.",
        source = "contract DmaSpace: a packet buffer can pass from one device to another unchanged; [DTS l2fwd]: "
            + "two ports",
        ifItFails = "look at static state in the driver, and at names that two devices share")
    void twoDevices(Bench bench) {
        bench.up(1);
        NetDev second = bench.openAnother();
        second.configure(DeviceConfig.queues(1));
        second.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(Bench.ring(bench.info().rxRing()))
            .withPool(bench.pool()));
        second.start();
        for (int i = 0; i < 200; i++) {
            Frame frame = bench.toDevice().udp(i, 5).payload(i, bench.random()).build();
            bench.far().send(frame);
            NetBuf[] one = {bench.rx(0).hold()};
            Check.equal(1, BurstStatus.count(second.txQueue(0).transmit(one, 0, 1)),
                "packets taken by the second device");
            Check.sameFrame(frame.bytes(), bench.far(1).receiveOne("a frame of the second device"),
                "frame forwarded to the second device");
        }
        second.close();
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "CO-009", realTime = true,
        value = "Settings may change while another thread moves traffic, and no packet is lost or damaged.",
        source = "contract NetDev: control path and data path beside each other; selftests rss_ctx.py, "
            + "ring_reconfig.py: under traffic",
        ifItFails = "look at settings that the data path reads in more than one step")
    void settingsUnderTraffic(Bench bench) {
        bench.up(1);
        int mtu = bench.device().mtu();
        AtomicBoolean done = new AtomicBoolean();
        List<Frame> frames = numbered(bench, true, 0).subList(0, 1500);
        Parallel.with(bench, "settings", () -> {
            for (int i = 0; !done.get(); i++) {
                if (bench.info().has(Capability.PROMISCUOUS)) {
                    bench.device().setPromiscuous(i % 2 == 0);
                }
                if (bench.info().has(Capability.MTU_UPDATE)) {
                    bench.device().setMtu(mtu + i % 2);
                }
                if (bench.info().has(Capability.MULTICAST_FILTER)) {
                    bench.device().setMulticastFilter(i % 2 == 0 ? List.of()
                        : List.of(new MacAddress(Bench.GROUP_MAC)));
                }
                if (bench.info().has(Capability.RX_CHECKSUM)) {
                    bench.device().setOffload(Capability.RX_CHECKSUM, i % 3 == 0);
                }
            }
        }, () -> {
            try {
                Exchange.receive(bench, frames);
            } finally {
                done.set(true);
            }
        });
    }
}
