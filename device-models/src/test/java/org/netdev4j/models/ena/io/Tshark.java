package org.netdev4j.models.ena.io;

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

/** Lets tshark judge frames. */
final class Tshark {
    private static final String COMPLAINT = "_ws.malformed || _ws.expert.severity >= Warning || ip.checksum.status == Bad"
        + " || tcp.checksum.status == Bad || udp.checksum.status == Bad";
    private static final String ALL_GOOD =
        "(!ip || ip.checksum.status == Good) && (!tcp || tcp.checksum.status == Good)"
            + " && (!udp || udp.checksum.status == Good)";

    private final Path directory;

    /** One that writes its files there; skips the test if there is no tshark. */
    Tshark(Path directory) {
        this.directory = directory;
        boolean found = false;
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            found |= Files.isExecutable(Path.of(folder, "tshark"));
        }
        Assumptions.assumeTrue(found, "tshark is not installed: frames cannot be judged by it");
    }

    /** Nothing may be wrong with any frame, and all checksums must be there and good. */
    void judge(List<byte[]> frames) throws Exception {
        Path file = write(frames);
        assertEquals("", run(file, "-Y", COMPLAINT));
        assertEquals(frames.size(), run(file, "-Y", ALL_GOOD).lines().count());
    }

    /** How many frames tshark complains about. */
    long complaints(List<byte[]> frames) throws Exception {
        return run(write(frames), "-Y", COMPLAINT).lines().count();
    }

    /** A classic pcap file: header of 24 bytes, 16 before each frame, link type 1 (Ethernet). */
    private Path write(List<byte[]> frames) throws IOException {
        int size = 24 + frames.stream().mapToInt(f -> 16 + f.length).sum();
        ByteBuffer pcap = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        pcap.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(262_144).putInt(1);
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            pcap.putInt(1_700_000_000).putInt(i).putInt(frame.length).putInt(frame.length).put(frame);
        }
        return Files.write(directory.resolve("frames.pcap"), pcap.array());
    }

    private String run(Path file, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-o", "ip.check_checksum:TRUE",
            "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"));
        command.addAll(List.of(options));
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "tshark does not end");
        assertEquals(0, process.exitValue(), Files.readString(errors));
        return output;
    }
}
