package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.Memory;

/** A TAP with an address of the kernel's, a sender behind it, and the frames of both. */
final class TestTap implements AutoCloseable {
    static final int PORT = 7777;

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final long PID = ProcessHandle.current().pid();

    final String name;
    final WirePort wire;
    final Memory memory = Memory.allocate("test frames", WirePort.MAX_FRAME + 64L);
    final byte[] kernelIp;
    private final DatagramSocket sender;

    /** @param options behind the name, as {@code ,mtu=9000} */
    TestTap(String options) {
        int number = COUNT.incrementAndGet();
        name = newName();
        // 198.18.0.0/15 is for benchmarks [RFC 2544]: nobody's network.
        kernelIp = new byte[] {(byte) 198, (byte) (18 + (PID & 1)), (byte) (PID / 2 + number), 1};
        wire = TapWire.open(DeviceAddress.parse("tap:" + name + ",ip=" + text(kernelIp) + "/24" + options), null);
        try {
            sender = new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(kernelIp), 0));
            sender.setBroadcast(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String newName() {
        return "ndt" + Long.toString(PID, 36) + "x" + COUNT.incrementAndGet();
    }

    static String text(byte[] ip) {
        return (ip[0] & 0xff) + "." + (ip[1] & 0xff) + "." + (ip[2] & 0xff) + "." + (ip[3] & 0xff);
    }

    static boolean exists(String interfaceName) {
        return Files.exists(Path.of("/sys/class/net", interfaceName));
    }

    /** Runs a program; its output. Fails if it does. */
    static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            assertTrue(code == 0, () -> String.join(" ", command) + ": " + output.strip());
            return output;
        } catch (IOException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the kernel send a broadcast frame of 42 bytes and the payload. */
    void kernelSends(int payload) {
        byte[] to = kernelIp.clone();
        to[3] = (byte) 255;
        try {
            sender.send(new DatagramPacket(new byte[payload], payload, InetAddress.getByAddress(to), PORT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True if the frame in memory is one of {@link #kernelSends}. */
    boolean isDatagram(int length) {
        return length >= 42 && memory.getUnsignedShortBe(12) == 0x0800 && memory.getUnsignedByte(23) == 17
            && memory.getUnsignedShortBe(36) == PORT;
    }

    /** Waits for a frame of {@link #kernelSends}; its length. */
    int awaitDatagram(int capacity) {
        Deadline deadline = deadline();
        while (!deadline.expired()) {
            int n = wire.receive(memory, 0, capacity);
            if (isDatagram(n)) {
                return n;
            }
        }
        throw new AssertionError("no datagram came");
    }

    /** Keeps the kernel from sending anything that it was not asked to. */
    void silence() {
        Path ipv6 = Path.of("/proc/sys/net/ipv6/conf", name, "disable_ipv6");
        try {
            if (Files.exists(ipv6)) {
                Files.writeString(ipv6, "1");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void drain() {
        while (wire.receive(memory, 0, WirePort.MAX_FRAME) != WirePort.EMPTY) {
            Thread.onSpinWait();
        }
    }

    static Deadline deadline() {
        return Deadline.afterMillis(Clock.system(), 10_000);
    }

    /** Writes a request "who has the kernel's address" to memory at {@code offset}. 42 bytes. [RFC 826] */
    void putArpRequest(long offset) {
        memory.fill(offset, 42, (byte) 0);
        memory.fill(offset, 6, (byte) 0xff);
        memory.putIntBe(offset + 6, 0x02000000);
        memory.putShortBe(offset + 10, 0x0002);
        memory.putShortBe(offset + 12, 0x0806);
        memory.putLongBe(offset + 14, 0x0001_0800_06_04_0001L);
        memory.copyTo(offset + 6, memory, offset + 22, 6);
        memory.copyFrom(offset + 28, kernelIp, 0, 3);
        memory.putByte(offset + 31, (byte) 2);
        memory.copyFrom(offset + 38, kernelIp, 0, 4);
    }

    boolean isArpReply(int length) {
        return length >= 42 && memory.getUnsignedShortBe(12) == 0x0806 && memory.getUnsignedShortBe(20) == 2;
    }

    @Override
    public void close() {
        sender.close();
        wire.close();
        memory.close();
    }
}
