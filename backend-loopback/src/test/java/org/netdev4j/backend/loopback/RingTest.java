package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.platform.Deadline;

class RingTest {
    /** A flow that the standard table steers to a queue. */
    private static byte[] flowTo(Nic nic, int queue) {
        for (int flow = 0; flow < 1000; flow++) {
            nic.farSends(Frames.flow(flow));
            for (int i = 0; i < nic.device.config().rxQueues(); i++) {
                if (nic.drain(i) > 0 && i == queue) {
                    return Frames.flow(flow);
                }
            }
        }
        throw new AssertionError("no flow to queue " + queue);
    }

    // ---- receive

    @ParameterizedTest
    @ValueSource(ints = {64, 1024, 16_384})
    void start_fillsTheRing_andStopGivesAllBack(int size) {
        try (Nic nic = new Nic(20_000, 256)) {
            nic.start(DeviceConfig.queues(1), size);
            assertEquals(size, nic.device.rxQueue(0).ringSize());
            assertEquals(size, nic.pool.inUse());

            nic.device.stop();

            assertEquals(0, nic.pool.inUse());
        }
    }

    // The device moves frames of all queues when one is polled: this is how another queue's ring fills up.
    @ParameterizedTest
    @ValueSource(ints = {64, 16_384})
    void ringThatIsFull_missesWhatIsMore_andKeepsWhatItHas(int size) {
        try (Nic nic = new Nic(40_000, 256)) {
            nic.start(DeviceConfig.queues(2), size);
            byte[] frame = flowTo(nic, 1);
            long before = nic.device.statistics().ipackets();
            int sent = size + 10;
            // The wire holds some thousands of frames: let queue 0 move them in between.
            for (int i = 0; i < sent; i++) {
                nic.farSends(frame);
                if (i % 1000 == 999) {
                    assertEquals(0, nic.drain(0));
                }
            }
            assertEquals(0, nic.drain(0));

            int posted = nic.drain(1);

            // Up to a batch of slots was not refilled yet.
            assertTrue(posted > size - 32 && posted <= size, "received " + posted);
            assertEquals(sent - posted, nic.device.statistics().imissed());
            assertEquals(sent - posted, nic.device.rxQueue(1).counters().missed);
            assertEquals(posted, nic.device.statistics().ipackets() - before);
            nic.farSends(frame);
            assertEquals(1, nic.drain(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 16_384})
    void ring_goesRoundManyTimes(int size) {
        try (Nic nic = new Nic(20_000, 256)) {
            nic.start(DeviceConfig.queues(1), size);
            int total = 0;
            while (total < size * 3) {
                for (int i = 0; i < 1000; i++) {
                    nic.farSends(Frames.udp4(i % 50));
                }
                List<NetBuf> packets = nic.receiveAll(0);
                for (int i = 0; i < packets.size(); i++) {
                    assertEquals(42 + i % 50, packets.get(i).length());
                    packets.get(i).free();
                }
                total += packets.size();
                assertEquals(0, total % 1000);
            }
        }
    }

    @Test
    void pollOfAFullBurst_leavesTheRestOnTheWire() {
        try (Nic nic = Nic.running(1)) {
            NetBuf[] burst = new NetBuf[200];
            for (int i = 0; i < 200; i++) {
                nic.farSends(Frames.udp4(i));
            }
            int total = 0;
            int status;
            do {
                status = nic.device.rxQueue(0).receive(burst, total, burst.length - total);
                assertTrue(BurstStatus.count(status) <= 64);
                total += BurstStatus.count(status);
            } while (BurstStatus.more(status));

            assertEquals(200, total);
            assertEquals(0, nic.device.statistics().imissed());
            NetBufPool.free(burst, 0, 200);
        }
    }

    @Test
    void poolThatRunsDry_isToldAndCounted_andTrafficComesBackWithTheBuffers() {
        try (Nic nic = new Nic(80, 2048)) {
            nic.start(DeviceConfig.queues(1));
            List<NetBuf> held = new ArrayList<>();
            NetBuf[] one = new NetBuf[1];
            for (int i = 0; i < 80; i++) {
                nic.farSends(Frames.udp4(i));
                int status = nic.device.rxQueue(0).receive(one, 0, 1);
                assertEquals(1, BurstStatus.count(status), "packet " + i);
                held.add(one[0]);
            }
            nic.farSends(Frames.udp4(0));

            int status = nic.device.rxQueue(0).receive(one, 0, 1);

            assertEquals(0, BurstStatus.count(status));
            assertTrue(BurstStatus.underrun(status));
            assertTrue(nic.device.statistics().rxNombuf() > 0);
            assertEquals(1, nic.device.statistics().imissed());

            held.get(0).free();
            nic.farSends(Frames.udp4(7));
            status = nic.device.rxQueue(0).receive(one, 0, 1);
            assertEquals(1, BurstStatus.count(status));
            assertArrayEquals(Frames.udp4(7), one[0].packetBytes());
            one[0].free();
            held.subList(1, 80).forEach(NetBuf::free);
            for (int i = 0; i < 200; i++) {
                nic.farSends(Frames.udp4(i));
                assertEquals(1, nic.drain(0));
            }
            assertEquals(0, nic.receiveAll(0).size());
            assertEquals(1, nic.device.statistics().imissed());
        }
    }

    @Test
    void poolThatIsDryAtStart_startsLater() {
        try (Nic nic = new Nic(70, 2048)) {
            NetBuf[] all = new NetBuf[70];
            assertEquals(70, nic.pool.allocate(all, 0, 70));
            nic.start(DeviceConfig.queues(1));
            nic.farSends(Frames.udp4(0));
            assertTrue(BurstStatus.underrun(nic.device.rxQueue(0).receive(new NetBuf[1], 0, 1)));

            NetBufPool.free(all, 0, 70);
            nic.farSends(Frames.udp4(1));

            assertEquals(1, nic.drain(0));
            assertEquals(1, nic.device.statistics().imissed());
        }
    }

    @Test
    void starvedQueueThatWaits_isWoken_whenAFrameFindsNoBuffer() {
        try (Nic nic = new Nic(64, 2048)) {
            nic.device.configure(DeviceConfig.queues(1));
            nic.device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts());
            nic.device.start();
            List<NetBuf> held = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                nic.farSends(Frames.udp4(i));
            }
            held.addAll(nic.receiveAll(0));
            assertEquals(64, held.size());
            assertEquals(false, nic.device.rxQueue(0).armInterrupt());

            held.forEach(NetBuf::free);
            nic.farSends(Frames.udp4(1));
            assertTrue(nic.device.rxQueue(0).awaitInterrupt(Deadline.afterMillis(nic.platform.clock(), 5_000)));

            assertEquals(0, nic.drain(0));
            nic.farSends(Frames.udp4(2));
            assertEquals(1, nic.drain(0));
            assertEquals(1, nic.device.statistics().imissed());
        }
    }

    // ---- transmit

    @ParameterizedTest
    @ValueSource(ints = {64, 1024, 16_384})
    void wireThatIsFull_fillsTheRing_andTransmitTakesNoMore(int size) {
        try (Nic nic = new Nic(2 * size + 10, 2048)) {
            nic.start(DeviceConfig.queues(1), size);
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            long sent = 0;
            NetBuf[] one = new NetBuf[1];
            // First the wire, then the ring.
            int status;
            do {
                one[0] = nic.packet(frame);
                status = nic.device.txQueue(0).transmit(one, 0, 1);
                sent += BurstStatus.count(status);
            } while (BurstStatus.count(status) == 1);

            assertEquals(BurstStatus.UNDERRUN, status);
            assertArrayEquals(frame, one[0].packetBytes());
            assertEquals(size, nic.device.txQueue(0).pending());
            assertEquals(1, nic.device.txQueue(0).counters().full);
            assertEquals(sent - size, nic.device.statistics().opackets());
            assertEquals(0, nic.device.txQueue(0).reclaim(10));

            // A frame taken at the far end makes room for one from the ring.
            assertArrayEquals(frame, nic.farGets());
            assertEquals(1, nic.device.txQueue(0).reclaim(10));
            assertEquals(size - 1, nic.device.txQueue(0).pending());
            assertEquals(1, BurstStatus.count(nic.device.txQueue(0).transmit(one, 0, 1)));

            long arrived = 1;
            while (nic.device.txQueue(0).pending() > 0) {
                arrived += nic.farGetsAll().size();
                assertTrue(nic.device.txQueue(0).reclaim(Integer.MAX_VALUE) > 0);
            }
            arrived += nic.farGetsAll().size();
            assertEquals(sent + 1, arrived);
            assertEquals(sent + 1, nic.device.statistics().opackets());
        }
    }

    @Test
    void burstOnAFullWire_isTakenInPart_andTheRestIsUnchanged() {
        try (Nic nic = Nic.running(1)) {
            NetBuf[] packets = new NetBuf[1000];
            for (int i = 0; i < packets.length; i++) {
                byte[] frame = Frames.with(Frames.udp4(1400), 40, 0xdead);
                packets[i] = nic.packet(frame);
                packets[i].setFlags(NetBuf.TX_UDP_CHECKSUM | NetBuf.TX_IPV4 | NetBuf.TX_VLAN);
                packets[i].setVlanTci(i);
                packets[i].headerLengths(14, 20, 8);
            }

            int status = nic.device.txQueue(0).transmit(packets, 0, packets.length);

            int taken = BurstStatus.count(status);
            assertEquals(taken | BurstStatus.UNDERRUN, status);
            assertEquals(64, nic.device.txQueue(0).pending());
            for (int i = taken; i < packets.length; i++) {
                assertEquals(0xdead, packets[i].getShort(40));
                assertEquals(1442, packets[i].length());
            }
            List<byte[]> arrived = nic.farGetsAll();
            nic.device.txQueue(0).reclaim(64);
            arrived.addAll(nic.farGetsAll());
            assertEquals(taken, arrived.size());
            for (int i = 0; i < taken; i++) {
                assertArrayEquals(Frames.tagged(Frames.udp4(1400), i), arrived.get(i));
            }
            assertEquals(taken * 1442L, nic.device.statistics().obytes());
            NetBufPool.free(packets, taken, packets.length - taken);
        }
    }

    @Test
    void chain_takesADescriptorForEachBuffer() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            while (nic.device.txQueue(0).pending() == 0) {
                nic.send(nic.packet(frame));
            }
            // 63 descriptors are free: three times 20 buffers, and no more.
            for (int i = 0; i < 3; i++) {
                nic.send(nic.chain(frame, 75));
            }
            NetBuf last = nic.chain(frame, 75);
            assertEquals(BurstStatus.UNDERRUN | BurstStatus.MORE, nic.transmit(0, last));
            last.free();
            nic.send(nic.packet(frame));
            assertEquals(5, nic.device.txQueue(0).pending());
            nic.farGetsAll();
            assertEquals(3, nic.device.txQueue(0).reclaim(3));
            assertEquals(2, nic.device.txQueue(0).reclaim(3));
        }
    }

    @Test
    void linkDown_emptiesTheRing() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            while (nic.device.txQueue(0).pending() < 10) {
                nic.send(nic.packet(frame));
            }
            nic.cable.setLink(false);

            assertEquals(10, nic.device.txQueue(0).reclaim(64));

            assertEquals(0, nic.device.txQueue(0).pending());
            assertEquals(10, nic.device.statistics().oerrors());
        }
    }

    // ---- stop

    @Test
    void stop_withTrafficInFlight_leaksNothing() {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(2));
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20; i++) {
                    nic.farSends(Frames.flow(i));
                }
                // Packets filled and not taken, in both rings.
                NetBuf[] one = new NetBuf[1];
                assertEquals(1, BurstStatus.count(nic.device.rxQueue(0).receive(one, 0, 1)));
                one[0].free();
                while (nic.device.txQueue(1).pending() < 30) {
                    assertEquals(1, BurstStatus.count(nic.transmit(1, nic.chain(frame, 800))));
                }

                nic.device.stop();

                assertEquals(0, nic.pool.inUse());
                assertEquals(0, nic.device.txQueue(1).pending());
                nic.farGetsAll();
                nic.device.start();
                nic.drain(0);
                nic.drain(1);
            }
        }
    }

    @Test
    void reset_withTrafficInFlight_comesBackRunning() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.plain(Nic.PEER, 1500);
            nic.device.setMtu(3000);
            while (nic.device.txQueue(0).pending() < 30) {
                nic.send(nic.packet(frame));
            }

            nic.device.reset();

            assertEquals(64, nic.pool.inUse());
            assertEquals(3000, nic.device.mtu());
            nic.farGetsAll();
            nic.send(nic.chain(Frames.plain(Nic.PEER, 3014), 2000));
            assertEquals(3014, nic.farGets().length);
            nic.farSends(Frames.udp4(3));
            assertEquals(1, nic.drain(0));
        }
    }

    @Test
    void queueSetUpAnew_andConfigureAnew_leakNothing() {
        try (Nic nic = new Nic()) {
            nic.device.configure(DeviceConfig.queues(3));
            for (int size : new int[] {64, 128, 256}) {
                nic.device.setupRxQueue(1, RxQueueConfig.STANDARD.withRingSize(size).withPool(nic.pool));
                nic.device.setupTxQueue(1, new org.netdev4j.api.TxQueueConfig(size));
            }
            nic.device.start();
            nic.device.stop();
            nic.device.configure(DeviceConfig.queues(1));
            nic.device.start();
            nic.device.stop();
            nic.device.unconfigure();
            assertEquals(0, nic.pool.inUse());
        }
    }
}
