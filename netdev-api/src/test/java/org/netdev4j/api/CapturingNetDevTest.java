package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.api.decorate.CapturingNetDev;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.wire.CaptureFormat;
import org.netdev4j.platform.wire.CaptureOptions;
import org.netdev4j.platform.wire.CaptureWriter;

class CapturingNetDevTest {
    @TempDir
    private Path directory;
    private final FakeRig rig = new FakeRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private CapturingNetDev capturing(Path file) {
        return new CapturingNetDev(rig.open(), CaptureWriter.create(file.toString()));
    }

    private static byte[] frame(int number, int length) {
        byte[] frame = new byte[length];
        Arrays.fill(frame, (byte) number);
        return frame;
    }

    private NetBuf packet(NetBufPool pool, byte[] bytes) {
        NetBuf packet = pool.allocate();
        packet.setLength(bytes.length);
        packet.copyFrom(0, bytes, 0, bytes.length);
        return packet;
    }

    /** The records of a classic pcap file, little-endian with nanoseconds [draft-ietf-opsawg-pcap, 4 and 5]. */
    private static List<byte[]> records(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        List<byte[]> records = new ArrayList<>();
        for (int at = 24; at < all.length;) {
            int length = all[at + 8] & 0xff | (all[at + 9] & 0xff) << 8 | (all[at + 10] & 0xff) << 16;
            records.add(Arrays.copyOfRange(all, at + 16, at + 16 + length));
            at += 16 + length;
        }
        return records;
    }

    @Test
    void everyPacket_isInTheFileOnce_inOrder() throws IOException {
        Path file = directory.resolve("x.pcap");
        CapturingNetDev device = capturing(file);
        device.configure(DeviceConfig.queues(1));
        device.start();
        try (NetBufPool pool = rig.pool("p", 16)) {
            NetBuf[] burst = new NetBuf[4];
            rig.nic.rx.get(0).deliver(frame(1, 60));
            rig.nic.rx.get(0).deliver(frame(2, 100));
            assertEquals(2, BurstStatus.count(device.rxQueue(0).receive(burst, 0, 4)));
            NetBuf chain = packet(pool, frame(3, 10));
            chain.chain(packet(pool, frame(4, 50)));
            burst[2] = chain;

            assertEquals(3, BurstStatus.count(device.txQueue(0).transmit(burst, 0, 3)));

            assertEquals(5, device.captured());
            assertArrayEquals(chain(frame(3, 10), frame(4, 50)), rig.nic.tx.get(0).sent.get(2));
            device.close();
        }
        List<byte[]> records = records(file);
        assertEquals(5, records.size());
        for (int i : new int[] {0, 2}) {
            assertArrayEquals(frame(1, 60), records.get(i));
            assertArrayEquals(frame(2, 100), records.get(i + 1));
        }
        assertArrayEquals(chain(frame(3, 10), frame(4, 50)), records.get(4));
        rig.assertAllFreed();
    }

    private static byte[] chain(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void packetsThatTheDeviceDoesNotTake_areNotInTheFile_untilItDoes() throws IOException {
        Path file = directory.resolve("x.pcap");
        CapturingNetDev device = capturing(file);
        device.configure(DeviceConfig.queues(1));
        device.setupTxQueue(0, new TxQueueConfig(8));
        device.start();
        rig.nic.tx.get(0).fast = false;
        try (NetBufPool pool = rig.pool("p", 16)) {
            NetBuf[] burst = new NetBuf[10];
            for (int i = 0; i < 10; i++) {
                burst[i] = packet(pool, frame(i, 60));
            }
            int status = device.txQueue(0).transmit(burst, 0, 10);
            assertEquals(8 | BurstStatus.UNDERRUN, status);
            assertEquals(8, device.captured());

            rig.nic.tx.get(0).complete(8);
            assertEquals(2 | BurstStatus.MORE, device.txQueue(0).transmit(burst, 8, 2));
            device.close();
        }
        List<byte[]> records = records(file);
        assertEquals(10, records.size());
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(frame(i, 60), records.get(i));
        }
        rig.assertAllFreed();
    }

    @Test
    void largeBurstsOfLargePackets_goInParts_andAllArrive() throws IOException {
        Path file = directory.resolve("x.pcap");
        CapturingNetDev device = capturing(file);
        device.configure(DeviceConfig.queues(1));
        device.setupTxQueue(0, new TxQueueConfig(512));
        device.start();
        try (NetBufPool pool = NetBufPool.builder(rig.platform, "large").count(300).dataRoom(9000).build()) {
            NetBuf[] burst = new NetBuf[300];
            for (int i = 0; i < 300; i++) {
                burst[i] = packet(pool, frame(i, 8000 + i));
            }
            assertEquals(300 | BurstStatus.MORE, device.txQueue(0).transmit(burst, 0, 300));
            device.close();
        }
        List<byte[]> records = records(file);
        assertEquals(300, records.size());
        for (int i = 0; i < 300; i++) {
            assertArrayEquals(frame(i, 8000 + i), records.get(i));
        }
        rig.assertAllFreed();
    }

    @Test
    void pcapng_saysWhichWay_andTsharkReadsIt() throws IOException, InterruptedException {
        Path file = directory.resolve("x.pcapng");
        CapturingNetDev device = capturing(file);
        device.configure(DeviceConfig.queues(1));
        device.start();
        NetBuf[] burst = new NetBuf[1];
        rig.nic.rx.get(0).deliver(frame(2, 61));
        device.rxQueue(0).receive(burst, 0, 1);
        burst[0].setFlags(NetBuf.RX_TIMESTAMP);
        device.txQueue(0).transmit(burst, 0, 1);
        device.close();

        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "tshark is not installed");
        Process tshark = new ProcessBuilder("tshark", "-r", file.toString(), "-T", "fields", "-e", "frame.number", "-e",
            "frame.len", "-e", "frame.packet_flags_direction").redirectErrorStream(true).start();
        String out = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(tshark.waitFor(30, TimeUnit.SECONDS));
        List<String> lines = out.lines().filter(line -> !line.startsWith("Running as user")).toList();
        assertEquals(2, lines.size(), out);
        assertTrue(lines.get(0).matches("1\\t61\\t(0x0*1|1)"), out);
        assertTrue(lines.get(1).matches("2\\t61\\t(0x0*2|2)"), out);
    }

    @Test
    void fileThatCannotBeWritten_endsTheCapture_notTheTraffic_andCloseTells() {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")), "/dev/full is missing");
        CapturingNetDev device = new CapturingNetDev(rig.open(), CaptureWriter.create("/dev/full",
            CaptureOptions.of(CaptureFormat.PCAP)));
        device.configure(DeviceConfig.queues(1));
        device.start();
        NetBuf[] burst = new NetBuf[1];
        for (int i = 0; i < 400; i++) {
            rig.nic.rx.get(0).deliver(frame(i, 1500));
            assertEquals(1, BurstStatus.count(device.rxQueue(0).receive(burst, 0, 1)));
            assertEquals(1, BurstStatus.count(device.txQueue(0).transmit(burst, 0, 1)));
        }
        assertTrue(device.failure().orElseThrow().getMessage().contains("No space left on device"));

        PlatformException e = assertThrows(PlatformException.class, device::close);

        assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
        rig.assertAllFreed();
    }

    @Test
    void statesAndErrors_areThoseOfTheDeviceInside() {
        CapturingNetDev device = capturing(directory.resolve("x.pcap"));
        device.configure(DeviceConfig.queues(1));
        RxQueue rx = device.setupRxQueue(0, RxQueueConfig.STANDARD);
        TxQueue tx = device.setupTxQueue(0, TxQueueConfig.STANDARD);

        assertThrows(DeviceStateException.class, () -> rx.receive(new NetBuf[1], 0, 1));
        assertThrows(DeviceStateException.class, () -> tx.transmit(new NetBuf[1], 0, 0));
        device.start();
        assertSame(rx, device.rxQueue(0));
        assertSame(tx, device.txQueue(0));
        assertEquals(0, BurstStatus.count(rx.receive(new NetBuf[1], 0, 1)));
        rig.nic.context.fail("broken");
        assertEquals(0, rx.receive(new NetBuf[1], 0, 1));
        assertEquals(0, tx.transmit(new NetBuf[1], 0, 0));
        device.close();
        assertEquals(DeviceState.CLOSED, assertThrows(DeviceStateException.class,
            () -> rx.receive(new NetBuf[1], 0, 1)).state());
        rig.assertAllFreed();
    }
}
