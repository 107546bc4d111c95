package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Udp;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureWriter;
import org.netdev4j.platform.wire.WirePort;

class GenerateAppTest {
    private Bed bed;
    private String cable;
    private WirePort far;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
        cable = Bed.cable();
        far = bed.far(cable);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private GenerateApp app(String... config) {
        return bed.keep(GenerateApp.start(bed.device(1, cable), Bed.config(config)));
    }

    private List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] frame = bed.receive(far); frame.length > 0; frame = bed.receive(far)) {
            frames.add(frame);
        }
        return frames;
    }

    @Test
    void generate_goesOn_whenAllBuffersAreInTheRing() {
        // A low-latency ring has room for more of these packets than there are buffers, and ENA's driver looks for what was sent only
        // when it is asked to.
        OpenDevice device = bed.ena("null:");
        GenerateApp app = bed.keep(GenerateApp.start(device,
            Bed.config("generate.count", "1000", "generate.tso", "1400", "generate.size", "65549")));
        Worker worker = app.workers().getFirst();

        // The device gets a turn only when the generator has none.
        int moved = 0;
        for (int turns = 0; moved != Worker.DONE; turns++) {
            moved = worker.turn();
            bed.clock.advance(moved > 0 ? 0 : 10_000);
            assertTrue(turns < 100_000, "it does not come to an end");
        }

        assertEquals(1000, device.dev().txQueue(0).counters().packets);
    }

    @Test
    void frames_areWholeUdpPackets_numbered_withRightChecksums() {
        bed.settle(app("generate.count", "100", "generate.size", "imix", "generate.flows", "3", "generate.src-port", "65534",
            "generate.dst-mac", "02:00:00:00:00:09", "generate.src-ip", "10.1.2.3", "generate.dst-ip", "10.4.5.6", "generate.dst-port", "7"));

        List<byte[]> frames = frames();

        assertEquals(100, frames.size());
        Map<Integer, Integer> sizes = new HashMap<>();
        Set<String> sources = new HashSet<>();
        try (Memory m = Memory.allocate("frame", WirePort.MAX_FRAME)) {
            for (int i = 0; i < frames.size(); i++) {
                byte[] frame = frames.get(i);
                m.copyFrom(0, frame, 0, frame.length);
                ParsedPacket parsed = new ParsedPacket();
                assertTrue(PacketParser.parse(m, 0, frame.length, parsed));
                assertEquals(PacketChecksums.L3_GOOD | PacketChecksums.L4_GOOD, PacketChecksums.verify(m, 0, parsed));
                assertEquals(0x0200_0000_0009L, Ethernet.destination(m, 0));
                assertEquals(0x0200_0000_0001L, Ethernet.source(m, 0));
                assertEquals(Ipv4Address.parse("10.4.5.6").value(), Ipv4.destination(m, 14));
                assertEquals(7, Udp.destinationPort(m, 34));
                assertEquals(i, m.getLongBe(42), "number of the frame");
                sizes.merge(frame.length, 1, Integer::sum);
                sources.add(new Ipv4Address(Ipv4.source(m, 14)) + ":" + Udp.sourcePort(m, 34));
            }
        }
        assertEquals(Set.of(60, 566, 1514), sizes.keySet());
        assertEquals(58, sizes.get(60), 3);
        assertEquals(Set.of("10.1.2.3:65534", "10.1.2.3:65535", "10.1.2.4:0"), sources);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 65000, 20", "fd00::1, fd00::2, 64000, 40"})
    void tso_sendsStreams_thatTheDeviceMakesSegmentsOf(String from, String to, int size, int l3) {
        bed.settle(app("generate.count", "4", "generate.flows", "2", "generate.tso", "1400", "generate.size", "" + size,
            "generate.src-ip", from, "generate.dst-ip", to, "generate.src-port", "1000"));

        Map<Integer, Integer> next = new HashMap<>();
        int payload = 0;
        try (Memory m = Memory.allocate("frame", WirePort.MAX_FRAME)) {
            for (byte[] frame : frames()) {
                m.copyFrom(0, frame, 0, frame.length);
                ParsedPacket parsed = new ParsedPacket();
                assertTrue(PacketParser.parse(m, 0, frame.length, parsed));
                assertEquals(PacketChecksums.L4_GOOD, PacketChecksums.verify(m, 0, parsed) & ~PacketChecksums.L3_GOOD);
                assertTrue(parsed.payloadLength() <= 1400, parsed.toString());
                int port = Tcp.sourcePort(m, 14 + l3);
                assertEquals(next.getOrDefault(port, 1), Tcp.sequence(m, 14 + l3), "stream " + port);
                next.merge(port, 1 + parsed.payloadLength(), (a, b) -> a + b - 1);
                payload += parsed.payloadLength();
            }
        }
        assertEquals(Set.of(1000, 1001), next.keySet());
        assertEquals(4 * (size - 14 - l3 - 20), payload);
    }

    @Test
    void tso_isRefused_whereTheDeviceCannot() {
        assertEquals("the offload TSO (IPv4) of loopback:1 is off", refusedTso("tx-tcp-segmentation", "1400", "60000"));
        assertTrue(refusedTso("rx-scatter", "1400", "imix").startsWith("segmentation takes packets of one size, from 75 to"));
        assertEquals("a segment may have 1460 bytes of payload at the MTU of loopback:1, 1500", refusedTso("rx-scatter", "1461", "60000"));
    }

    private String refusedTso(String off, String tso, String size) {
        OpenDevice device = bed.device(1, "null:", "offloads." + off, "off");
        String message = assertThrows(ConfigException.class, () -> GenerateApp.start(device,
            Bed.config("generate.tso", tso, "generate.size", size))).getMessage();
        return message.substring(message.indexOf(": ", message.indexOf("generate.")) + 2);
    }

    @Test
    void frames_goOverIpv6() {
        bed.settle(app("generate.count", "3", "generate.size", "70", "generate.src-ip", "fd00::1", "generate.dst-ip", "fd00::2",
            "generate.flows", "2", "generate.src-port", "65535"));

        Set<Long> sources = new HashSet<>();
        try (Memory m = Memory.allocate("frame", WirePort.MAX_FRAME)) {
            for (byte[] frame : frames()) {
                m.copyFrom(0, frame, 0, frame.length);
                ParsedPacket parsed = new ParsedPacket();
                assertTrue(PacketParser.parse(m, 0, frame.length, parsed));
                assertEquals(PacketChecksums.L4_GOOD, PacketChecksums.verify(m, 0, parsed));
                sources.add(Ipv6.sourceLow(m, 14));
            }
        }
        assertEquals(Set.of(1L, 2L), sources);
    }

    @Test
    void frames_followFromTheSeed() {
        List<byte[]> first = twenty(5);
        List<byte[]> again = twenty(5);
        List<byte[]> other = twenty(6);

        for (int i = 0; i < 20; i++) {
            assertArrayEquals(first.get(i), again.get(i));
        }
        assertTrue(first.stream().anyMatch(f -> other.stream().noneMatch(o -> java.util.Arrays.equals(o, f))));
    }

    private List<byte[]> twenty(int seed) {
        cable = Bed.cable();
        far = bed.far(cable);
        bed.settle(app("generate.count", "20", "generate.size", "imix", "generate.seed", Integer.toString(seed)));
        return frames();
    }

    @ParameterizedTest
    @CsvSource({"10kpps,10000", "1Mbps,1488", "123pps,123"})
    void rate_holdsOnTheVirtualClock(String rate, long perSecond) {
        App app = app("generate.rate", rate);
        long frames = 0;
        for (int millis = 0; millis < 1000; millis++) {
            bed.settle(app);
            frames += frames().size();
            bed.clock.advance(1_000_000);
        }

        assertEquals(perSecond, frames, 1 + perSecond / 500.0);
    }

    @Test
    void rate_isSharedByTheQueues() {
        App app = bed.keep(GenerateApp.start(bed.device(1, cable, "queues", "4"),
            Bed.config("generate.rate", "1kpps", "generate.flows", "8", "generate.count", "10")));
        assertEquals(4, app.workers().size());
        long frames = 0;
        for (int millis = 0; millis < 4; millis++) {
            bed.settle(app);
            frames += frames().size();
            bed.clock.advance(1_000_000);
        }
        assertEquals(4, frames, "one a millisecond in all");
        bed.clock.advance(1_000_000_000);
        bed.settle(app);
        assertEquals(6, frames().size());
        assertEquals(4, app.workers().stream().filter(w -> w.turn() == Worker.DONE).count());
    }

    @Test
    void duration_endsIt() {
        App app = app("generate.rate", "1kpps", "run.duration", "10ms");
        for (int i = 0; i < 100; i++) {
            bed.settle(app);
            bed.clock.advance(1_000_000);
        }

        assertEquals(10, frames().size(), 1);
        assertEquals(Worker.DONE, app.workers().getFirst().turn());
    }

    @Test
    void turn_losesNothing_whenTheWireIsFull() {
        App app = app("generate.count", "20000", "generate.size", "1514");
        int frames = 0;
        for (int i = 0; i < 1000 && frames < 20_000; i++) {
            bed.settle(app);
            frames += frames().size();
        }

        assertEquals(20_000, frames);
        assertEquals(0, app.devices().getFirst().dev().statistics().oerrors());
    }

    @Test
    void turn_countsWhatComesBack() {
        App app = bed.keep(GenerateApp.start(bed.device(1, "self:"), Bed.config("generate.count", "500")));
        bed.settle(app);

        assertEquals(500, app.devices().getFirst().dev().statistics().ipackets());
    }

    @Test
    void from_sendsTheFramesOfACapture(@TempDir Path directory) {
        Path file = directory.resolve("x.pcap");
        byte[][] sent = {Bed.hex("ffffffffffff020000000001080600"), Bed.hex("00"), new byte[1514]};
        sent[2][0] = 2;
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            for (byte[] frame : sent) {
                m.copyFrom(0, frame, 0, frame.length);
                writer.write(m, 0, frame.length, 1);
            }
            writer.write(m, 0, 0, 1);
        }
        App app = app("generate.from", file.toString());
        bed.settle(app);

        List<byte[]> frames = frames();
        assertArrayEquals(sent[0], frames.get(0));
        assertArrayEquals(sent[2], frames.getLast());
        assertEquals(1L, app.counters().get("empty-records"));
        assertEquals(Worker.DONE, app.workers().getFirst().turn());
    }

    @Test
    void from_sendsWhatIsThere_thenFails_whenTheCaptureIsCut(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("x.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            for (int i = 0; i < 40; i++) {
                writer.write(m, 0, 100, 1);
            }
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        App app = app("generate.from", file.toString());

        PlatformException e = assertThrows(PlatformException.class, () -> bed.settle(app));

        assertEquals(39, frames().size());
        assertTrue(e.getMessage().contains("x.pcap: record 40 at offset"), e.getMessage());
    }

    @Test
    void from_namesAFrameThatTheDeviceCannotSend(@TempDir Path directory) {
        Path file = directory.resolve("x.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            m.putShortBe(12, 0x8100);
            writer.write(m, 0, 1518, 1);
            writer.write(m, 0, 1519, 1);
        }
        App app = app("generate.from", file.toString());

        String message = assertThrows(PlatformException.class, () -> bed.settle(app)).getMessage();

        assertEquals("capture file " + file + ": frame 2 has 1519 bytes, and loopback:1 sends 1518 at most with its MTU of 1500; use --mtu 1501",
            message);
        assertEquals(1, frames().size());
    }

    @Test
    void from_keepsTheTimesOfTheCapture(@TempDir Path directory) {
        Path file = directory.resolve("x.pcapng");
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            writer.write(m, 0, 60, 1_000_000_000);
            writer.write(m, 0, 60, 1_000_000_000);
            writer.write(m, 0, 60, 1_500_000_000);
        }
        App app = app("generate.from", file.toString(), "generate.rate", "original");

        bed.settle(app);
        assertEquals(2, frames().size());
        bed.clock.advance(499_999_999);
        bed.settle(app);
        assertEquals(0, frames().size());
        bed.clock.advance(1);
        bed.settle(app);
        assertEquals(1, frames().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        generate.rate   | original | generate.seed | 1        | "original" needs a capture to go by; name one with --from
        generate.dst-ip | fd00::1  | generate.seed | 1        | addresses of two families: from 198.18.0.1/32 to fd00::1/128
        generate.src-ip | fd00::1  | generate.dst-ip | fd00::2 | a frame over IPv6 has 70 bytes at least: 60 asked for
        generate.size   | 2000     | generate.seed | 1        | a frame of 2000 bytes is longer than the 1514 that the MTU of loopback:1 allows, 1500; use --mtu 1986
        """)
    void start_refusesWhatDoesNotGoTogether(String key1, String value1, String key2, String value2, String expected) {
        String message = assertThrows(ConfigException.class, () -> app(key1, value1, key2, value2)).getMessage();

        assertTrue(message.endsWith(": " + expected), message);
    }

    @Test
    void start_takesTheMacThatItIsTold() {
        bed.settle(app("generate.count", "1", "generate.src-mac", "02:00:00:00:00:55"));

        assertEquals("02:00:00:00:00:55", MacAddress.of(frames().getFirst(), 6).toString());
    }
}
