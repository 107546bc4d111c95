package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;

class ReceiveTest {
    @Test
    void receive_givesFramesInOrderAndCountsThem() {
        try (Nic nic = Nic.running(1)) {
            for (int i = 0; i < 50; i++) {
                nic.farSends(Frames.udp4(i));
            }

            List<NetBuf> packets = nic.receiveAll(0);

            assertEquals(50, packets.size());
            long bytes = 0;
            for (int i = 0; i < 50; i++) {
                assertArrayEquals(Frames.udp4(i), packets.get(i).packetBytes());
                assertEquals(NetBufPool.STANDARD_HEADROOM, packets.get(i).headroom());
                bytes += packets.get(i).length();
                packets.get(i).free();
            }
            assertEquals(50, nic.device.statistics().ipackets());
            assertEquals(bytes, nic.device.statistics().ibytes());
            assertEquals(0, nic.device.statistics().imissed() + nic.device.statistics().ierrors());
        }
    }

    @Test
    void receive_isDryWithoutFrames_andTakesNoMoreThanAsked() {
        try (Nic nic = Nic.running(1)) {
            NetBuf[] burst = new NetBuf[8];
            assertEquals(0, nic.device.rxQueue(0).receive(burst, 0, 8));
            for (int i = 0; i < 5; i++) {
                nic.farSends(Frames.udp4(i));
            }

            assertEquals(3 | BurstStatus.MORE, nic.device.rxQueue(0).receive(burst, 2, 3));
            assertNull(burst[1]);
            assertNull(burst[5]);
            assertEquals(2, nic.device.rxQueue(0).receive(burst, 5, 3));
            assertEquals(0, nic.device.rxQueue(0).receive(burst, 0, 8));
            NetBufPool.free(burst, 2, 5);
        }
    }

    @ParameterizedTest
    @CsvSource({"68, 0", "68, 1", "68, 2", "1500, 0", "1500, 1", "1500, 2", "9216, 0", "9216, 1", "9216, 2"})
    void mtu_isTheLongestPacketReceived_withUpToTwoTags(int mtu, int tags) {
        try (Nic nic = Nic.running(1)) {
            nic.device.setMtu(mtu);
            byte[] fits = Frames.plain(Nic.MAC, 14 + mtu);
            byte[] over = Frames.plain(Nic.MAC, 14 + mtu + 1);
            for (int i = 0; i < tags; i++) {
                fits = Frames.tagged(fits, 5 + i);
                over = Frames.tagged(over, 5 + i);
            }

            nic.farSends(over);
            nic.farSends(fits);
            nic.farSends(new byte[65_000]);

            NetBuf packet = nic.receiveOne(0);
            assertArrayEquals(fits, packet.packetBytes());
            packet.free();
            // The last one is not for this NIC: the address is looked at first.
            assertEquals(1, nic.device.statistics().ierrors());
            assertEquals(1, nic.counted("rx_q0_too_long"));
        }
    }

    @Test
    void frameFarLongerThanTheBuffer_isCountedAndHarmsNothing() {
        try (Nic nic = Nic.running(1)) {
            nic.farSends(Frames.plain(Nic.MAC, 65_000));
            nic.farSends(Frames.udp4(5));

            assertEquals(1, nic.drain(0));
            assertEquals(1, nic.device.statistics().ierrors());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 13})
    void frameWithoutAHeader_isCountedAsError(int length) {
        try (Nic nic = Nic.running(1)) {
            nic.farSends(new byte[length]);
            nic.farSends(Frames.plain(Nic.MAC, 14));

            assertEquals(1, nic.drain(0));
            assertEquals(1, nic.device.statistics().ierrors());
            assertEquals(1, nic.counted("rx_too_short"));
        }
    }

    // Below, at and above whole numbers of buffers of 256 bytes.
    @ParameterizedTest
    @ValueSource(ints = {60, 255, 256, 257, 511, 512, 513, 1514})
    void scatter_chainsBuffers_andKeepsEveryByte(int length) {
        try (Nic nic = new Nic(1024, 256)) {
            nic.start(DeviceConfig.queues(1));
            byte[] frame = Frames.plain(Nic.MAC, length);

            nic.farSends(frame);

            NetBuf packet = nic.receiveOne(0);
            assertArrayEquals(frame, packet.packetBytes());
            assertEquals((length + 255) / 256, packet.segments());
            assertEquals(length > 256 ? 1 : 0, nic.counted("rx_q0_scattered"));
            assertEquals(1, nic.device.statistics().ipackets());
            assertEquals(length, nic.device.statistics().ibytes());
            packet.free();
        }
    }

    @Test
    void scatter_takesTheLongestFrameInTheSmallestRing_againAndAgain() {
        try (Nic nic = new Nic(256, 256)) {
            nic.start(DeviceConfig.queues(1));
            nic.device.setMtu(9216);
            byte[] frame = Frames.plain(Nic.MAC, 9216 + 14);
            for (int i = 0; i < 20; i++) {
                nic.farSends(frame);
                NetBuf packet = nic.receiveOne(0);
                assertArrayEquals(frame, packet.packetBytes());
                packet.free();
            }
        }
    }

    @Test
    void scatteredFrame_withTooFewBuffersPosted_isMissed() {
        try (Nic nic = new Nic(64, 256)) {
            nic.start(DeviceConfig.queues(1));
            nic.device.setMtu(9216);
            // 37 buffers each: the second finds 27, and no more in the pool.
            nic.farSends(Frames.plain(Nic.MAC, 9230));
            nic.farSends(Frames.plain(Nic.MAC, 9230));

            assertEquals(1, nic.drain(0));
            assertEquals(1, nic.device.statistics().imissed());
        }
    }

    @Test
    void scatter_off_keepsToOneBuffer() {
        try (Nic nic = new Nic(256, 1600)) {
            nic.start(DeviceConfig.queues(1).withOffloads());
            byte[] frame = Frames.plain(Nic.MAC, 1514);

            nic.farSends(frame);

            NetBuf packet = nic.receiveOne(0);
            assertSame(null, packet.next());
            assertArrayEquals(frame, packet.packetBytes());
            assertEquals(0, packet.flags());
            packet.free();
        }
    }

    @Test
    void queuesWithPoolsOfTheirOwn_getFramesFromTheirPool() {
        try (Nic nic = new Nic()) {
            nic.device.configure(DeviceConfig.queues(2));
            NetBufPool other = nic.pool("other", 128, 512);
            nic.device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool));
            nic.device.setupRxQueue(1, RxQueueConfig.STANDARD.withRingSize(64).withPool(other));
            nic.device.start();

            for (int round = 0; round < 100; round++) {
                nic.farSends(Frames.flow(round));
                for (int queue = 0; queue < 2; queue++) {
                    for (NetBuf packet : nic.receiveAll(queue)) {
                        assertSame(queue == 0 ? nic.pool : other, packet.pool());
                        assertArrayEquals(Frames.flow(round), packet.packetBytes());
                        packet.free();
                    }
                }
            }
            assertEquals(100, nic.device.statistics().ipackets());
        }
    }

    @Test
    void queuesOnOnePool_exchangeBuffersAndLoseNone() {
        try (Nic nic = Nic.running(4)) {
            for (int round = 0; round < 500; round++) {
                nic.farSends(Frames.flow(round));
                int got = 0;
                for (int queue = 0; queue < 4; queue++) {
                    for (NetBuf packet : nic.receiveAll(queue)) {
                        assertArrayEquals(Frames.flow(round), packet.packetBytes());
                        packet.free();
                        got++;
                    }
                }
                assertEquals(1, got);
            }
            // What is not free is posted: 4 rings, less what waits for a batch.
            assertTrue(nic.pool.inUse() <= 4 * 64, "in use: " + nic.pool.inUse());
        }
    }

    @Test
    void timestamp_isTheClocks_whenTheWireHasNone_andOnlyWhileOn() {
        VirtualClock clock = new VirtualClock();
        try (Nic nic = new Nic(Platform.builder().virtualClock(clock), 256, 2048)) {
            nic.start(DeviceConfig.queues(1));
            clock.advance(12_345);
            nic.farSends(Frames.udp4(0));

            NetBuf packet = nic.receiveOne(0);
            assertTrue(packet.hasFlags(NetBuf.RX_TIMESTAMP));
            assertEquals(clock.epochNanos(), packet.timestamp());
            packet.free();

            nic.device.setOffload(Capability.RX_TIMESTAMP, false);
            nic.farSends(Frames.udp4(0));
            packet = nic.receiveOne(0);
            assertFalse(packet.hasFlags(NetBuf.RX_TIMESTAMP));
            packet.free();
        }
    }

    @Test
    void debugPool_findsNoBufferTouchedThatTheNicDoesNotOwn() {
        try (Nic nic = new Nic()) {
            NetBufPool debug = NetBufPool.builder(nic.platform, "debug").count(200).debug(true).build();
            nic.pools.add(debug);
            nic.device.configure(DeviceConfig.queues(2));
            for (int queue = 0; queue < 2; queue++) {
                nic.device.setupRxQueue(queue, RxQueueConfig.STANDARD.withRingSize(64).withPool(debug));
            }
            nic.device.start();
            for (int i = 0; i < 200; i++) {
                nic.farSends(i % 3 == 0 ? Frames.tagged(Frames.flow(i), 5) : Frames.flow(i));
                nic.drain(0);
                nic.drain(1);
            }
            assertEquals(200, nic.device.statistics().ipackets());
            nic.device.stop();
            assertEquals(List.of(), debug.outstanding());
        }
    }
}
