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

/** Receive rings: full, dry, starved, and back. */
class RingTest {
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
            byte[] frame = nic.flowTo(1);
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
    void pollForManyPackets_movesThemInOneCall() {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(1), 1024);
            NetBuf[] burst = new NetBuf[1000];
            for (int i = 0; i < burst.length; i++) {
                nic.farSends(Frames.udp4(i % 100));
            }

            assertEquals(1000, BurstStatus.count(nic.device.rxQueue(0).receive(burst, 0, burst.length)));

            NetBufPool.free(burst, 0, burst.length);
        }
    }

    // A queue that finds nothing for itself does not empty the wire into the rings of others without end.
    @Test
    void pollOfAQuietQueue_movesABoundedNumberOfFramesForOthers() {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(2));
            byte[] frame = nic.flowTo(1);
            for (int i = 0; i < 1000; i++) {
                nic.farSends(frame);
            }

            assertEquals(BurstStatus.MORE, nic.device.rxQueue(0).receive(new NetBuf[32], 0, 32));

            assertTrue(nic.device.statistics().imissed() <= 256, "missed " + nic.device.statistics().imissed());
            assertTrue(nic.drain(1) >= 744);
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

    @Test
    void underrun_isOverWithTheNextPoll_afterBuffersCameBack() {
        try (Nic nic = new Nic(65, 2048)) {
            nic.start(DeviceConfig.queues(1));
            NetBuf[] held = new NetBuf[64];
            NetBuf[] one = new NetBuf[1];
            for (int i = 0; i < 33; i++) {
                nic.farSends(Frames.udp4(i));
            }
            assertEquals(33 | BurstStatus.MORE | BurstStatus.UNDERRUN, nic.device.rxQueue(0).receive(held, 0, 33));
            NetBufPool.free(held, 0, 10);
            assertEquals(BurstStatus.UNDERRUN, nic.device.rxQueue(0).receive(one, 0, 1));

            NetBufPool.free(held, 10, 23);
            nic.farSends(Frames.udp4(1));

            assertEquals(1 | BurstStatus.MORE, nic.device.rxQueue(0).receive(one, 0, 1));
            one[0].free();
        }
    }

    // With buffers enough for some, it must not wait for a whole batch to be free.
    @Test
    void starvedRing_isFilledUp_asSoonAsThereAreBuffers() {
        try (Nic nic = new Nic(64, 2048)) {
            nic.start(DeviceConfig.queues(1));
            for (int i = 0; i < 64; i++) {
                nic.farSends(Frames.udp4(i));
            }
            NetBuf[] held = new NetBuf[64];
            assertEquals(64, BurstStatus.count(nic.device.rxQueue(0).receive(held, 0, 64)));
            held[0].free();
            held[1].free();
            for (int i = 2; i < 64; i++) {
                nic.farSends(Frames.udp4(i));
                NetBuf[] one = new NetBuf[1];
                assertEquals(1, BurstStatus.count(nic.device.rxQueue(0).receive(one, 0, 1)), "packet " + i);
                one[0].free();
                held[i].free();
            }
            nic.device.rxQueue(0).receive(held, 0, 1);
            assertEquals(64, nic.pool.inUse());
            assertEquals(0, nic.device.statistics().imissed());
        }
    }
}
