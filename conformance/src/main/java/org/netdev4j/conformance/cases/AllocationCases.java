package org.netdev4j.conformance.cases;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * Allocation: what the JVM says that the queue's thread allocated, over thousands of packets. Rounds are measured until
 * one of them is free of allocation; a driver that allocates for every packet, or for every hundredth, has none.
 */
final class AllocationCases {
    private static final int WARM_UP_ROUNDS = 300;
    private static final int ROUNDS = 12;
    private static final int MOST_ROUNDS = 2000;
    private static final int BURSTS = 60;
    private static final int BURST = 16;

    /** Everything that a round needs, made beforehand. */
    private static final class Setup implements AutoCloseable {
        final Bench bench;
        final RxQueue rx;
        final TxQueue tx;
        final NetBufPool pool;
        final NetBuf[] burst = new NetBuf[BURST];
        final WirePort far;
        final Memory memory;
        final int length;

        Setup(Bench bench, boolean interrupts, Frame frame) {
            this.bench = bench;
            pool = bench.newPool(1024, bench.pool().dataRoom(), false);
            bench.device().configure(DeviceConfig.queues(1));
            RxQueueConfig config = RxQueueConfig.STANDARD.withRingSize(Bench.ring(bench.info().rxRing()))
                .withPool(pool);
            rx = bench.device().setupRxQueue(0, interrupts ? config.withInterrupts() : config);
            tx = bench.device().setupTxQueue(0, new TxQueueConfig(Bench.ring(bench.info().txRing())));
            bench.device().start();
            far = bench.far().port();
            memory = Memory.allocate("allocation case", WirePort.MAX_FRAME);
            memory.copyFrom(0, frame.bytes(), 0, frame.length());
            length = frame.length();
        }

        void farSends(int count) {
            for (int i = 0; i < count; i++) {
                while (!far.send(memory, 0, length)) {
                    bench.idle();
                }
            }
        }

        void farTakes(int count) {
            for (int i = 0; i < count; i++) {
                while (far.receive(memory, 32_768, 16_384) == WirePort.EMPTY) {
                    tx.reclaim(BURST);
                    bench.idle();
                }
            }
        }

        int receive(int count) {
            int got = 0;
            while (got < count) {
                got += BurstStatus.count(rx.receive(burst, got, count - got));
                if (got < count) {
                    bench.idle();
                }
            }
            return got;
        }

        void transmit(int count) {
            int done = 0;
            while (done < count) {
                done += BurstStatus.count(tx.transmit(burst, done, count - done));
            }
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private static void measure(Bench bench, String what, IntConsumer round) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        Check.require(threads != null && threads.isThreadAllocatedMemorySupported()
            && threads.isThreadAllocatedMemoryEnabled(),
            "needs a JVM that counts the bytes that a thread allocates");
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.accept(4);
        }
        // The compiler, which removes what only seems to be allocated, works beside this thread: it gets time, within
        // bounds.
        Deadline deadline = bench.deadline();
        long least = Long.MAX_VALUE;
        for (int i = 0; least > 0 && (i < ROUNDS || !deadline.expired() && i < MOST_ROUNDS); i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.accept(BURSTS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        Check.that(least == 0, what + " allocated " + least + " bytes over " + BURSTS * BURST
            + " packets, in the best round; it must be 0");
    }

    @ConformanceCase(id = "AL-001", realTime = true,
        value = "Receiving allocates nothing.",
        source = "contract RxQueue.receive(): never allocates; Java-garbage-collectors.md of ixy-languages: 20 "
            + "bytes per packet",
        ifItFails = "look for boxing, iterators, varargs, capturing lambdas and messages built for nothing")
    void receive(Bench bench) {
        try (Setup s = new Setup(bench, false, bench.toDevice().payload(64, bench.random()).build())) {
            measure(bench, "receive()", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.farSends(BURST);
                    NetBufPool.free(s.burst, 0, s.receive(BURST));
                }
            });
        }
    }

    @ConformanceCase(id = "AL-002", realTime = true,
        value = "Transmitting and reaping allocate nothing.",
        source = "contract TxQueue.transmit(): never allocates",
        ifItFails = "look at what is noted for each packet until its completion: keep it in arrays made with the queue")
    void transmit(Bench bench) {
        Frame frame = bench.fromDevice().payload(64, bench.random()).build();
        try (Setup s = new Setup(bench, false, frame)) {
            measure(bench, "transmit()", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.pool.allocate(s.burst, 0, BURST);
                    for (int k = 0; k < BURST; k++) {
                        s.burst[k].setLength(frame.length());
                        s.burst[k].copyFrom(0, s.memory, 0, frame.length());
                    }
                    s.transmit(BURST);
                    s.farTakes(BURST);
                }
            });
        }
    }

    @ConformanceCase(id = "AL-003", realTime = true,
        value = "Forwarding allocates nothing.",
        source = "architecture: no allocation per packet (measured, not believed)",
        ifItFails = "see AL-001 and AL-002")
    void forward(Bench bench) {
        try (Setup s = new Setup(bench, false, bench.toDevice().payload(200, bench.random()).build())) {
            measure(bench, "forwarding", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.farSends(BURST);
                    s.receive(BURST);
                    s.transmit(BURST);
                    s.farTakes(BURST);
                }
            });
        }
    }

    @ConformanceCase(id = "AL-004", realTime = true,
        value = "Polling when nothing has come allocates nothing.",
        source = "architecture: rules for the hot path; an idle poller calls millions of times a second",
        ifItFails = "look at a deadline, a time or an empty list made on each call")
    void emptyPoll(Bench bench) {
        try (Setup s = new Setup(bench, false, bench.toDevice().build())) {
            measure(bench, "polling", bursts -> {
                for (int i = 0; i < bursts * BURST; i++) {
                    s.rx.receive(s.burst, 0, BURST);
                    s.tx.reclaim(BURST);
                }
            });
        }
    }

    @ConformanceCase(id = "AL-005", realTime = true,
        value = "Chains are sent without allocation.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "contract TxQueue.transmit(): never allocates",
        ifItFails = "look at what is made for each buffer of a chain")
    void chains(Bench bench) {
        Frame frame = bench.fromDevice().payload(300, bench.random()).build();
        try (Setup s = new Setup(bench, false, frame)) {
            NetBuf[] tails = new NetBuf[BURST];
            measure(bench, "transmit() of chains", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.pool.allocate(s.burst, 0, BURST);
                    s.pool.allocate(tails, 0, BURST);
                    for (int k = 0; k < BURST; k++) {
                        s.burst[k].setLength(100);
                        s.burst[k].copyFrom(0, s.memory, 0, 100);
                        tails[k].setLength(frame.length() - 100);
                        tails[k].copyFrom(0, s.memory, 100, frame.length() - 100);
                        s.burst[k].chain(tails[k]);
                    }
                    s.transmit(BURST);
                    s.farTakes(BURST);
                }
            });
        }
    }

    @ConformanceCase(id = "AL-006", realTime = true,
        value = "Checksums are filled in and checked without allocation.",
        needs = {Capability.TX_L4_CHECKSUM_IPV4, Capability.TX_IPV4_CHECKSUM},
        source = "architecture: rules for the hot path",
        ifItFails = "look at how headers are parsed")
    void checksums(Bench bench) {
        Frame frame = bench.fromDevice().tcp(1, 2).payload(120, bench.random()).build();
        try (Setup s = new Setup(bench, false, frame)) {
            measure(bench, "transmit() with checksum requests", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.pool.allocate(s.burst, 0, BURST);
                    for (int k = 0; k < BURST; k++) {
                        s.burst[k].setLength(frame.length());
                        s.burst[k].copyFrom(0, s.memory, 0, frame.length());
                        s.burst[k].setFlags(NetBuf.TX_IP_CHECKSUM | NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_IPV4);
                        s.burst[k].headerLengths(frame.l2(), frame.l3(), frame.l4());
                    }
                    s.transmit(BURST);
                    s.farTakes(BURST);
                }
            });
        }
    }

    @ConformanceCase(id = "AL-007", realTime = true,
        value = "Arming, waiting and waking allocate nothing.",
        needs = Capability.RX_INTERRUPT,
        source = "contract WaitEvent: signalling allocates nothing",
        ifItFails = "look at the deadline: it is the caller's; nothing else need be made")
    void interrupts(Bench bench) {
        try (Setup s = new Setup(bench, true, bench.toDevice().build())) {
            Deadline deadline = bench.deadline();
            measure(bench, "receiving by interrupt", bursts -> {
                for (int i = 0; i < bursts; i++) {
                    s.rx.armInterrupt();
                    s.farSends(1);
                    s.rx.awaitInterrupt(deadline);
                    NetBufPool.free(s.burst, 0, s.receive(1));
                }
            });
        }
    }
}
