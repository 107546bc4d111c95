package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;

/** Stop, reset and new configurations with packets everywhere. */
class StopTest {
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
    void stop_withAScatteredFrameInTheRing_leaksNothing() {
        try (Nic nic = new Nic(256, 256)) {
            nic.start(DeviceConfig.queues(2));
            byte[] frame = nic.flowTo(1);
            byte[] longer = Frames.toNic().ipv4(Frames.IP4_PEER, Frames.IP4).udp(1, 2).payload(Frames.bytes(1400)).bytes();
            // The addresses and ports of the flow, so that it goes to queue 1 too.
            System.arraycopy(frame, 26, longer, 26, 12);
            nic.farSends(longer);
            nic.farSends(longer);
            assertEquals(0, nic.drain(0));

            nic.device.stop();

            assertEquals(0, nic.pool.inUse());
            assertEquals(2, nic.counted("rx_q1_scattered"));
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
                nic.device.setupTxQueue(1, new TxQueueConfig(size));
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
