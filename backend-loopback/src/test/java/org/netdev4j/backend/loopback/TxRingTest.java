package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;

/** Transmit rings, which fill up when the wire is full. */
class TxRingTest {
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
            nic.cable.setLink(true);
            nic.farGetsAll();
            nic.send(nic.packet(Frames.udp4(9)));
            assertArrayEquals(Frames.udp4(9), nic.farGets());
        }
    }
}
