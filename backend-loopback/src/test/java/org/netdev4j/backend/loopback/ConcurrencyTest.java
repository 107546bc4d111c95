package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.Memory;

/** Several threads at once. Every wait has an end, and no test depends on who is faster. */
class ConcurrencyTest {
    private static final int LIMIT_SECONDS = 60;
    private static final int WAIT_MILLIS = 10_000;

    private static Nic interrupting(int queues, int ringSize) {
        Nic nic = new Nic();
        nic.device.configure(DeviceConfig.queues(queues));
        for (int i = 0; i < queues; i++) {
            nic.device.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(ringSize).withPool(nic.pool).withInterrupts());
        }
        nic.device.start();
        return nic;
    }

    /** Frames of flows 0 and up. Made beforehand: making one frees shared memory, for which all threads have to stop. */
    private static byte[][] flows(int count) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = Frames.flow(i);
        }
        return frames;
    }

    /** Polls until dry, frees, and returns how many packets there were. */
    private static int pollDry(RxQueue queue, NetBuf[] burst) {
        int total = 0;
        int status;
        do {
            status = queue.receive(burst, 0, burst.length);
            int count = BurstStatus.count(status);
            NetBufPool.free(burst, 0, count);
            total += count;
        } while (BurstStatus.count(status) > 0 || BurstStatus.more(status));
        return total;
    }

    /** Waits by interrupt as the contract says, and fails if a wake-up is lost. */
    private static int awaitPackets(Nic nic, RxQueue queue, NetBuf[] burst) {
        while (true) {
            int got = pollDry(queue, burst);
            if (got > 0) {
                return got;
            }
            if (!queue.armInterrupt()) {
                assertTrue(queue.awaitInterrupt(Deadline.afterMillis(nic.platform.clock(), WAIT_MILLIS)),
                    "queue " + queue.index() + " was not woken");
            }
        }
    }

    // Each frame is sent only when the one before was received: each needs a wake-up, or comes just as the queue arms.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyFrame_wakesItsQueue(boolean coalescing) throws InterruptedException {
        int frames = coalescing ? 2_000 : 20_000;
        try (Nic nic = interrupting(1, 64)) {
            nic.device.setCoalescing(coalescing ? new Coalescing(20, 4, 0, 0, false) : Coalescing.NONE);
            AtomicInteger received = new AtomicInteger();
            Crew crew = new Crew();
            crew.add("receiver", () -> {
                NetBuf[] burst = new NetBuf[8];
                while (received.get() < frames && !crew.isOver()) {
                    received.addAndGet(awaitPackets(nic, nic.device.rxQueue(0), burst));
                }
            });
            byte[] frame = Frames.udp4(10);
            crew.add("sender", () -> {
                for (int i = 0; i < frames && !crew.isOver(); i++) {
                    nic.farSends(frame);
                    while (received.get() <= i && !crew.isOver()) {
                        Thread.yield();
                    }
                }
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
            assertEquals(frames, received.get());
        }
    }

    // One wire, several queues asleep: the sender's thread and those that wake up move each other's frames.
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void everyFrame_wakesItsQueue_amongSeveral(int queues) throws InterruptedException {
        int rounds = 5_000;
        try (Nic nic = interrupting(queues, 64)) {
            AtomicIntegerArray received = new AtomicIntegerArray(queues);
            AtomicInteger total = new AtomicInteger();
            Crew crew = new Crew();
            int perRound = 3 * queues;
            byte[][] flows = flows(97);
            int frames = rounds * perRound;
            for (int q = 0; q < queues; q++) {
                RxQueue queue = nic.device.rxQueue(q);
                crew.add("receiver " + q, () -> {
                    NetBuf[] burst = new NetBuf[4];
                    while (total.get() < frames && !crew.isOver()) {
                        int got = pollDry(queue, burst);
                        received.addAndGet(queue.index(), got);
                        if (total.addAndGet(got) < frames && got == 0 && !queue.armInterrupt()) {
                            boolean woken = queue.awaitInterrupt(Deadline.afterMillis(nic.platform.clock(), WAIT_MILLIS));
                            assertTrue(woken || total.get() == frames, "queue " + queue.index() + " was not woken");
                        }
                    }
                });
            }
            crew.add("sender", () -> {
                for (int i = 0; i < frames && !crew.isOver(); i++) {
                    nic.farSends(flows[i % 97]);
                    while (i % perRound == perRound - 1 && total.get() <= i && !crew.isOver()) {
                        Thread.yield();
                    }
                }
                // Those who sleep with nothing left to come.
                for (byte[] flow : flows) {
                    nic.farSends(flow);
                }
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
            assertTrue(total.get() >= frames);
            assertEquals(0, nic.device.statistics().imissed());
            for (int q = 0; q < queues; q++) {
                assertTrue(received.get(q) > 0, "queue " + q);
            }
        }
    }

    // The device's own transmit fills the wire that it receives from: its interrupt is given within its transmit.
    @Test
    void selfLoop_wakesTheReceiver() throws InterruptedException {
        int frames = 20_000;
        try (Platform platform = Platform.create();
             NetDev device = NetDevs.at("loopback:,mac=" + Nic.PEER).platform(platform).open();
             NetBufPool pool = NetBufPool.builder(platform, "test").count(512).build()) {
            device.configure(DeviceConfig.queues(1));
            device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(128).withPool(pool).withInterrupts());
            device.start();
            AtomicInteger received = new AtomicInteger();
            Crew crew = new Crew();
            crew.add("receiver", () -> {
                NetBuf[] burst = new NetBuf[8];
                RxQueue queue = device.rxQueue(0);
                while (received.get() < frames && !crew.isOver()) {
                    int got = pollDry(queue, burst);
                    received.addAndGet(got);
                    if (got == 0 && !queue.armInterrupt()) {
                        assertTrue(queue.awaitInterrupt(Deadline.afterMillis(platform.clock(), WAIT_MILLIS)), "not woken");
                    }
                }
            });
            byte[] frame = Frames.plain(Nic.PEER, 60);
            crew.add("sender", () -> {
                TxQueue queue = device.txQueue(0);
                NetBuf[] one = new NetBuf[1];
                for (int i = 0; i < frames && !crew.isOver(); i++) {
                    one[0] = Nic.packet(pool, frame);
                    assertEquals(1, BurstStatus.count(queue.transmit(one, 0, 1)));
                    while (i - received.get() > 10 && !crew.isOver()) {
                        Thread.yield();
                    }
                }
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
            device.stop();
            assertEquals(0, pool.inUse());
        }
    }

    // Four threads, each with a queue pair of its own, echo what a fifth sends; each flow stays in order.
    @Test
    void fourQueuePairs_onFourThreads_echoEveryFrameInOrder() throws InterruptedException {
        int flows = 32;
        int perFlow = 300;
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(4), 512);
            Crew crew = new Crew();
            for (int q = 0; q < 4; q++) {
                RxQueue rx = nic.device.rxQueue(q);
                TxQueue tx = nic.device.txQueue(q);
                crew.add("echo " + q, () -> echo(crew, rx, tx));
            }
            byte[][] frames = flows(flows);
            crew.add("far end", () -> {
                int[] arrived = new int[flows];
                int back = 0;
                try (Memory m = Memory.allocate("frames", 4096)) {
                    for (int sent = 0; back < flows * perFlow && !crew.isOver();) {
                        // No more under way than all rings hold, so that none is missed.
                        while (sent < flows * perFlow && sent - back < 256) {
                            byte[] frame = frames[sent % flows];
                            m.copyFrom(0, frame, 0, frame.length);
                            m.putInt(42, sent / flows);
                            assertTrue(nic.far.send(m, 0, frame.length));
                            sent++;
                        }
                        while (nic.far.receive(m, 0, 4096) > 0) {
                            int flow = m.getUnsignedShortBe(34) - 1000;
                            assertEquals(arrived[flow]++, m.getInt(42), "flow " + flow);
                            back++;
                        }
                    }
                }
                crew.stop();
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
            assertEquals(flows * perFlow, nic.device.statistics().ipackets());
            assertEquals(flows * perFlow, nic.device.statistics().opackets());
            for (int q = 0; q < 4; q++) {
                assertTrue(nic.device.rxQueue(q).counters().packets > 0, "queue " + q);
            }
        }
    }

    private static void echo(Crew crew, RxQueue rx, TxQueue tx) {
        NetBuf[] burst = new NetBuf[16];
        while (!crew.isOver()) {
            int count = BurstStatus.count(rx.receive(burst, 0, burst.length));
            if (count == 0) {
                // There may be fewer cores than threads.
                Thread.yield();
            }
            int sent = BurstStatus.count(tx.transmit(burst, 0, count));
            while (sent < count && !crew.isOver()) {
                sent += BurstStatus.count(tx.transmit(burst, sent, count - sent));
            }
            NetBufPool.free(burst, sent, count - sent);
        }
    }

    @Test
    void transmitQueues_takeTurnsAtTheWire() throws InterruptedException {
        try (Nic nic = Nic.running(2)) {
            nic.near.slow = true;
            byte[] frame = Frames.plain(Nic.PEER, 60);
            Crew crew = new Crew();
            for (int q = 0; q < 2; q++) {
                TxQueue queue = nic.device.txQueue(q);
                crew.add("sender " + q, () -> {
                    NetBuf[] one = new NetBuf[1];
                    for (int i = 0; i < 2_000 && !crew.isOver(); i++) {
                        one[0] = Nic.packet(nic.pool, frame);
                        assertEquals(1, BurstStatus.count(queue.transmit(one, 0, 1)));
                    }
                });
            }
            crew.start();
            crew.join(LIMIT_SECONDS);
            assertEquals(0, nic.near.overlaps.get());
            assertEquals(4_000, nic.farGetsAll().size());
        }
    }

    // Settings change while queues are polled: whatever they are at the moment, no frame is damaged, lost in a ring or
    // leaked.
    @Test
    void settingsThatChange_whileQueuesArePolled_harmNoPacket() throws InterruptedException {
        try (Nic nic = Nic.running(4)) {
            Crew crew = new Crew();
            AtomicInteger wrong = new AtomicInteger();
            for (int q = 0; q < 4; q++) {
                RxQueue rx = nic.device.rxQueue(q);
                crew.add("poller " + q, () -> {
                    NetBuf[] burst = new NetBuf[16];
                    while (!crew.isOver()) {
                        int count = BurstStatus.count(rx.receive(burst, 0, burst.length));
                        if (count == 0) {
                            Thread.yield();
                        }
                        for (int i = 0; i < count; i++) {
                            wrong.addAndGet(burst[i].getByte(burst[i].length() - 1) == 19 * 7 + 3 ? 0 : 1);
                        }
                        NetBufPool.free(burst, 0, count);
                    }
                });
            }
            byte[][] flows = flows(64);
            for (int i = 0; i < flows.length; i++) {
                flows[i] = Frames.tagged(flows[i], 5);
            }
            crew.add("sender", () -> {
                while (!crew.isOver()) {
                    for (byte[] flow : flows) {
                        nic.farTries(flow);
                    }
                }
            });
            crew.add("control", () -> {
                for (int i = 0; i < 100 && !crew.isOver(); i++) {
                    change(nic.device, i);
                }
                crew.stop();
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
            assertEquals(0, wrong.get());
            assertTrue(nic.device.statistics().ipackets() > 0);
        }
    }

    private static void change(NetDev device, int i) {
        boolean on = i % 2 == 0;
        device.setOffload(Capability.RX_VLAN_STRIP, on);
        device.setOffload(Capability.RX_CHECKSUM, !on);
        device.setMtu(on ? 9000 : 1500);
        device.setPromiscuous(on);
        device.setVlanFilter(Set.of(i % 7));
        device.setOffload(Capability.VLAN_FILTER, i % 5 == 0);
        RssConfig rss = device.rss();
        device.setRss(rss.withTable(RssConfig.evenTable(1 << i % 10, i % 4 + 1))
            .withKey(on ? Toeplitz.microsoftKey() : Toeplitz.symmetricKey(40))
            .withFields(FlowType.IPV4_UDP, on ? EnumSet.of(HashField.L4_SOURCE) : Set.of()));
        device.setMulticastFilter(List.of());
        device.setLinkUp(i % 50 != 49);
        device.setLinkUp(true);
    }

    // Stop must wait for no one, and none of the threads that still signal may touch what it freed.
    @Test
    void stopAndStart_whileTheFarEndSends_leakNothing() throws InterruptedException {
        try (Nic nic = interrupting(2, 64)) {
            Crew crew = new Crew();
            byte[][] flows = flows(64);
            crew.add("sender", () -> {
                while (!crew.isOver()) {
                    for (byte[] flow : flows) {
                        nic.farTries(flow);
                    }
                }
            });
            crew.add("control", () -> {
                NetBuf[] burst = new NetBuf[16];
                for (int i = 0; i < 300 && !crew.isOver(); i++) {
                    for (int q = 0; q < 2; q++) {
                        nic.device.rxQueue(q).armInterrupt();
                        int count = BurstStatus.count(nic.device.rxQueue(q).receive(burst, 0, burst.length));
                        NetBufPool.free(burst, 0, count);
                    }
                    nic.device.stop();
                    assertEquals(0, nic.pool.inUse());
                    nic.device.start();
                }
                crew.stop();
            });
            crew.start();
            crew.join(LIMIT_SECONDS);
        }
    }
}
