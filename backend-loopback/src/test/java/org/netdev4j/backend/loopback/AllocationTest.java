package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** No byte is allocated for a packet, once the code is compiled. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // What compiles the code: enough for C2, which works in the background.
    private static final int MOST_WARM_UPS = 300;
    private static final int TURNS = 2_000;
    private static final int REQUESTS =
        NetBuf.TX_VLAN | NetBuf.TX_IP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM | NetBuf.TX_IPV4;

    @BeforeAll
    static void measure() {
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    /** Runs the work until it does not allocate any more, and fails if that does not come to pass. */
    private static void assertAllocatesNothing(Runnable work) {
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < MOST_WARM_UPS && bytes != 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int turn = 0; turn < TURNS; turn++) {
                work.run();
            }
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes, "bytes allocated in " + TURNS + " turns");
    }

    @Test
    void theMeasurement_seesAllocation() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Object[] kept = new Object[100];
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= kept.length * 4L);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "32, 1", "1, 4", "32, 4"})
    void forward_withAllOffloads(int burst, int queues) {
        try (Nic nic = new Nic(); Memory out = Memory.allocate("frames", WirePort.MAX_FRAME)) {
            nic.start(DeviceConfig.queues(queues));
            nic.device.setOffload(Capability.RX_VLAN_STRIP, true);
            nic.device.setOffload(Capability.VLAN_FILTER, true);
            nic.device.setVlanFilter(Set.of(5));
            byte[] frame = Frames.tagged(Frames.udp4(200), 5);
            out.copyFrom(0, frame, 0, frame.length);
            NetBuf[] packets = new NetBuf[32];
            RxQueue[] rx = new RxQueue[queues];
            TxQueue[] tx = new TxQueue[queues];
            for (int q = 0; q < queues; q++) {
                rx[q] = nic.device.rxQueue(q);
                tx[q] = nic.device.txQueue(q);
            }
            assertAllocatesNothing(() -> {
                for (int i = 0; i < burst; i++) {
                    // Another flow each time: all queues get some.
                    out.putShortBe(38, i);
                    nic.far.send(out, 0, frame.length);
                }
                int left = burst;
                for (int q = 0; q < queues; q++) {
                    int count = BurstStatus.count(rx[q].receive(packets, 0, burst));
                    for (int i = 0; i < count; i++) {
                        packets[i].setFlags(REQUESTS);
                        packets[i].headerLengths(14, 20, 8);
                    }
                    left -= BurstStatus.count(tx[q].transmit(packets, 0, count));
                }
                while (nic.far.receive(out, 0, WirePort.MAX_FRAME) != WirePort.EMPTY) {
                    left++;
                }
                require(left == burst);
            });
            assertEquals(0, nic.device.statistics().oerrors() + nic.device.statistics().imissed());
        }
    }

    private static void require(boolean right) {
        if (!right) {
            throw new AssertionError("packets were lost");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void scatterGatherAndTso(int burst) {
        try (Nic nic = new Nic(2048, 512); Memory out = Memory.allocate("frames", WirePort.MAX_FRAME)) {
            nic.start(DeviceConfig.queues(1), 256);
            nic.device.setMtu(9000);
            byte[] frame = Frames.tcp4(4000);
            out.copyFrom(0, frame, 0, frame.length);
            RxQueue rx = nic.device.rxQueue(0);
            TxQueue tx = nic.device.txQueue(0);
            NetBuf[] packets = new NetBuf[burst];
            assertAllocatesNothing(() -> {
                for (int i = 0; i < burst; i++) {
                    nic.far.send(out, 0, frame.length);
                }
                int count = BurstStatus.count(rx.receive(packets, 0, burst));
                for (int i = 0; i < count; i++) {
                    packets[i].setFlags(NetBuf.TX_TSO | NetBuf.TX_IPV4);
                    packets[i].headerLengths(14, 20, 20);
                    packets[i].setSegmentSize(1460);
                }
                require(BurstStatus.count(tx.transmit(packets, 0, count)) == burst);
                for (int i = 0; i < burst * 3; i++) {
                    require(nic.far.receive(out, 5000, 9100) != WirePort.EMPTY);
                }
            });
            assertEquals(0, nic.device.statistics().oerrors() + nic.device.statistics().imissed());
        }
    }

    @Test
    void fullWireFullRingAndStarvedPool() {
        try (Nic nic = new Nic(200, 2048); Memory out = Memory.allocate("frames", WirePort.MAX_FRAME)) {
            nic.start(DeviceConfig.queues(1));
            RxQueue rx = nic.device.rxQueue(0);
            TxQueue tx = nic.device.txQueue(0);
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            out.copyFrom(0, Frames.udp4(20), 0, 62);
            NetBuf[] packets = new NetBuf[256];
            while (tx.pending() < 64) {
                nic.send(nic.packet(frame));
            }
            packets[0] = nic.packet(frame);
            NetBuf[] held = new NetBuf[200];
            assertAllocatesNothing(() -> {
                require(BurstStatus.count(tx.transmit(packets, 0, 1)) == 0);
                // All buffers are taken: frames find none, and are missed.
                int taken = nic.pool.allocate(held, 0, held.length);
                for (int i = 0; i < 70; i++) {
                    nic.far.send(out, 0, 62);
                }
                int total = 0;
                int count;
                do {
                    count = BurstStatus.count(rx.receive(packets, 1 + total, 255 - total));
                    total += count;
                } while (count > 0);
                NetBufPool.free(packets, 1, total);
                NetBufPool.free(held, 0, taken);
            });
            packets[0].free();
            assertTrue(nic.device.statistics().rxNombuf() > 0);
        }
    }

    @Test
    void interrupts_withoutCoalescing() {
        try (Nic nic = new Nic(); Memory out = Memory.allocate("frames", WirePort.MAX_FRAME)) {
            nic.device.configure(DeviceConfig.queues(1));
            nic.device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts());
            nic.device.start();
            RxQueue rx = nic.device.rxQueue(0);
            byte[] frame = Frames.udp4(20);
            out.copyFrom(0, frame, 0, frame.length);
            NetBuf[] packets = new NetBuf[4];
            assertAllocatesNothing(() -> {
                require(!rx.armInterrupt());
                nic.far.send(out, 0, frame.length);
                require(BurstStatus.count(rx.receive(packets, 0, 4)) == 1);
                packets[0].free();
                require(rx.receive(packets, 0, 4) == 0);
            });
            assertTrue(rx.counters().interrupts > 1000);
        }
    }
}
