package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.memory.Memory;

/** Frames made here, judged by software that nobody here wrote. */
class TsharkTest {
    private static final MacAddress MAC_1 = new MacAddress(Captured.MAC_1);
    private static final MacAddress MAC_2 = new MacAddress(Captured.MAC_2);
    private static final Ipv4Address IP_1 = new Ipv4Address(Captured.IP_1);
    private static final Ipv4Address IP_2 = new Ipv4Address(Captured.IP_2);
    private static final Ipv6Address IP6_1 = Ipv6Address.parse("fd00:77::1");
    private static final Ipv6Address IP6_2 = Ipv6Address.parse("fd00:77::2");

    // What tshark calls a warning or an error (it has a note for each FIN), and every checksum that it does not find good.
    private static final String COMPLAINT = "_ws.malformed || _ws.expert.severity >= Warning || ip.checksum.status == Bad"
        + " || tcp.checksum.status == Bad || udp.checksum.status == Bad || icmp.checksum.status == Bad"
        + " || icmpv6.checksum.status == Bad";
    private static final String ALL_GOOD = "(!ip || ip.checksum.status == Good) && (!tcp || tcp.checksum.status == Good)"
        + " && (!udp || udp.checksum.status == Good) && (!icmp || icmp.checksum.status == Good)"
        + " && (!icmpv6 || icmpv6.checksum.status == Good)";

    @TempDir
    private Path directory;

    private final List<byte[]> frames = new ArrayList<>();

    @BeforeEach
    void needsTshark() {
        boolean found = false;
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            found |= Files.isExecutable(Path.of(folder, "tshark"));
        }
        Assumptions.assumeTrue(found, "tshark is not installed: frames cannot be judged by it");
    }

    @Test
    void findsNothingWrong_withBuiltFrames() throws Exception {
        byte[] payload = {1, 2, 3, 4, 5, 6, 7};
        for (int[] tags : new int[][] {{}, {5}, {Vlan.tci(1, true, 100), 200}}) {
            for (boolean v6 : new boolean[] {false, true}) {
                PacketBuilder builder = new PacketBuilder(MAC_1, MAC_2).vlan(tags).identification(7).payload(payload);
                builder = v6 ? builder.ipv6(IP6_1, IP6_2) : builder.ipv4(IP_1, IP_2);
                // Ports that no dissector claims, and of TCP a connection of its own for each frame.
                int port = 40_000 + tags.length * 2 + (v6 ? 1 : 0);
                frames.add(builder.udp(port, 40_100).bytes());
                frames.add(builder.payload().udp(port, 40_100).bytes());
                frames.add(builder.tcp(port, 40_100, 1000, 0, Tcp.SYN).tcpOptions(Bytes.parse("020405b4")).bytes());
                frames.add(builder.tcpOptions().payload(payload).echoRequest(port, 1).bytes());
            }
        }
        judge(24);
    }

    @Test
    void findsNothingWrong_withSegments() throws Exception {
        byte[] payload = new byte[20_001];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i * 31 + i / 256);
        }
        int flags = Tcp.ACK | Tcp.PSH | Tcp.FIN;
        byte[] timestamps = Bytes.parse("0101080a749d3a590629d39f");
        cut(new PacketBuilder(MAC_1, MAC_2).ipv4(IP_1, IP_2).tcp(40_010, 40_100, 0xffff_f000, 5, flags)
            .tcpOptions(timestamps).payload(payload), 1448);
        cut(new PacketBuilder(MAC_1, MAC_2).vlan(9).ipv6(IP6_1, IP6_2).tcp(40_011, 40_100, 7, 5, flags)
            .payload(payload), 1001);
        cut(new PacketBuilder(MAC_1, MAC_2).vlan(9, 10).ipv4(IP_1, IP_2).identification(0xfff0).udp(40_012, 40_100)
            .payload(payload), 999);
        cut(new PacketBuilder(MAC_1, MAC_2).ipv6(IP6_1, IP6_2).udp(40_013, 40_100).payload(payload), 1452);
        judge(14 + 20 + 21 + 14);
        String bytes = tshark("-Y", "tcp.port == 40010", "-T", "fields", "-e", "tcp.payload").replace("\n", "");
        assertEquals(Bytes.hex(payload), bytes);
    }

    @Test
    void complains_ofAWrongByte() throws Exception {
        // The judge is awake: one bit of one frame is found by each filter.
        byte[] frame = new PacketBuilder(MAC_1, MAC_2).ipv4(IP_1, IP_2).udp(40_020, 40_100).payload((byte) 1).bytes();
        frame[42] ^= 1;
        frames.add(frame);
        Path file = write();
        assertEquals(1, lines(tshark(file, "-Y", COMPLAINT)));
        assertEquals(0, lines(tshark(file, "-Y", ALL_GOOD)));
    }

    private void cut(PacketBuilder builder, int mss) {
        Segmenter segmenter = new Segmenter();
        try (Memory big = Memory.allocate("big", builder.length()); Memory out = Bytes.filled(2000)) {
            builder.writeTo(big, 0);
            segmenter.start(big, 0, builder.length(), mss);
            while (segmenter.hasNext()) {
                frames.add(out.bytes(0, segmenter.next(out, 0)));
            }
        }
    }

    private void judge(int expected) throws Exception {
        assertEquals(expected, frames.size());
        Path file = write();
        assertEquals("", tshark(file, "-Y", COMPLAINT));
        assertEquals(expected, lines(tshark(file, "-Y", ALL_GOOD)));
    }

    private static int lines(String text) {
        return (int) text.lines().count();
    }

    /** A classic pcap file: header of 24 bytes, 16 before each frame, link type 1 (Ethernet). */
    private Path write() throws IOException {
        int size = 24 + frames.stream().mapToInt(f -> 16 + f.length).sum();
        ByteBuffer pcap = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        pcap.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(262_144).putInt(1);
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            pcap.putInt(1_700_000_000).putInt(i).putInt(frame.length).putInt(frame.length).put(frame);
        }
        return Files.write(directory.resolve("frames.pcap"), pcap.array());
    }

    private String tshark(String... options) throws Exception {
        return tshark(directory.resolve("frames.pcap"), options);
    }

    private String tshark(Path file, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-o", "ip.check_checksum:TRUE",
            "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"));
        command.addAll(List.of(options));
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "tshark does not end");
        assertEquals(0, process.exitValue(), () -> read(errors));
        return output;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
