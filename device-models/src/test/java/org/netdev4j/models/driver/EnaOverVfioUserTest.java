package org.netdev4j.models.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.vfiouser.VfioUserBus;

/** The driver on a device of another process, as far as one process can be two: nothing is shared but the socket. */
class EnaOverVfioUserTest {
    private static final long LONG_ENOUGH_MILLIS = 60_000;

    @TempDir
    private Path dir;

    private final Platform there = Platform.builder().build();
    private final Platform here = Platform.builder().build();
    private VfioUserServer server;
    private DeviceAddress address;

    @BeforeEach
    void serve() {
        Path socket = dir.resolve("ena");
        server = VfioUserServer.open(DeviceAddress.parse("sim:ena,seed=1"), there, Optional.empty(), socket, line -> { });
        address = DeviceAddress.parse("vfio-user:" + socket);
    }

    @AfterEach
    void close() {
        here.close();
        server.close();
        there.close();
    }

    private NetDev open() {
        return NetDevs.at(address.toString()).platform(here).open();
    }

    /** Sends a frame, which comes back by the device's own wire, and waits for it by interrupt. */
    private void exchange(NetDev dev) {
        byte[] frame = new PacketBuilder(dev.macAddress(), dev.macAddress()).ipv4(new Ipv4Address(0x0a000001),
            new Ipv4Address(0x0a000002)).udp(1000, 2000).payload((byte) 7, (byte) 8).bytes();
        RxQueue queue = dev.rxQueue(0);
        NetBuf[] one = {queue.pool().allocate()};
        one[0].append(frame.length);
        one[0].copyFrom(0, frame, 0, frame.length);
        assertEquals(1, BurstStatus.count(dev.txQueue(0).transmit(one, 0, 1)));
        Deadline deadline = Deadline.afterMillis(Clock.system(), LONG_ENOUGH_MILLIS);
        while (BurstStatus.count(queue.receive(one, 0, 1)) == 0) {
            if (!queue.armInterrupt()) {
                assertTrue(queue.awaitInterrupt(deadline), "no interrupt");
            }
        }
        byte[] got = new byte[frame.length];
        one[0].copyTo(0, got, 0, got.length);
        one[0].free();
        assertArrayEquals(frame, got);
    }

    @Test
    void driver_exchangesFrames_restarts_resets_andComesAgain() {
        for (int life = 0; life < 2; life++) {
            try (NetDev dev = open()) {
                dev.configure(DeviceConfig.queues(1));
                dev.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts());
                dev.start();
                exchange(dev);
                dev.stop();
                dev.start();
                exchange(dev);
                dev.reset();
                exchange(dev);
            }
            assertEquals(0, server.device().iommu().faults());
        }
    }

    @Test
    void close_leavesNothingMapped() {
        try (NetDev dev = open()) {
            dev.configure(DeviceConfig.queues(1));
            dev.start();
            assertTrue(server.device().iommu().mapped() > 0);
        }
        assertEquals(0, server.device().iommu().mapped());
    }

    @Test
    void interruptOfTheCallersThread_isKept_andNoReasonToGiveTheDeviceUp() {
        try (PciFunction function = (PciFunction) new VfioUserBus().attach(address, here, Optional.empty())) {
            Mmio bar = function.mapBar(0, BarMapping.UNCACHED).orElseThrow();
            int before = bar.read32(0);
            Thread.currentThread().interrupt();
            int during = bar.read32(0);
            assertTrue(Thread.interrupted(), "the interrupt was lost");
            assertEquals(before, during);
            assertEquals(before, bar.read32(0));
        }
    }

    @Test
    void serverThatGoes_leavesADeviceThatReadsAsOnes() {
        try (PciFunction function = (PciFunction) new VfioUserBus().attach(address, here, Optional.empty())) {
            Mmio bar = function.mapBar(0, BarMapping.UNCACHED).orElseThrow();
            assertTrue(bar.read32(0) != -1);
            server.close();
            assertEquals(-1, bar.read32(0));
            bar.write32(0, 1);
            assertEquals(0xffff, function.readConfig(0, 2));
        }
    }

    @Test
    void serverThatGoes_failsTheDriver_whichCloses() {
        NetDev dev = open();
        dev.configure(DeviceConfig.queues(1));
        dev.start();
        server.close();
        assertThrows(RuntimeException.class, dev::reset);
        assertEquals(DeviceState.FAILED, dev.state());
        dev.close();
    }

    @Test
    void serverThatComesBack_servesWhoOpensAgain() {
        NetDev dev = open();
        dev.configure(DeviceConfig.queues(1));
        dev.start();
        server.close();
        serve();
        assertThrows(RuntimeException.class, dev::reset);
        dev.close();
        try (NetDev again = open()) {
            again.configure(DeviceConfig.queues(1));
            again.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts());
            again.start();
            exchange(again);
        }
    }

    @Test
    void secondClient_isToldWhy() {
        try (NetDev first = open()) {
            String message = assertThrows(PlatformException.class, this::open).getMessage();
            assertTrue(message.contains("may have a client already"), message);
            assertEquals(DeviceState.UNCONFIGURED, first.state());
        }
    }
}
