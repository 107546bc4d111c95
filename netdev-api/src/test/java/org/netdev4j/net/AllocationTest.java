package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** What runs per packet allocates nothing. */
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 10;
    private static final int CALLS = 10_000;

    // Keeps the results alive, so that nothing is optimised away.
    private static volatile long blackHole;

    /**
     * The least that one round of calls allocated on this thread: the JVM itself may allocate now and then, each call
     * would always.
     */
    private static long bytesPerRound(LongSupplier call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Assumptions.assumeTrue(threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled(),
            "this JVM does not count allocated bytes");
        run(call, WARM_UP);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(call, CALLS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void run(LongSupplier call, int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += call.getAsLong();
        }
        blackHole = sum;
    }

    @Test
    void theMeasureFindsAnAllocation() {
        long bytes = bytesPerRound(() -> {
            byte[] garbage = new byte[8 + (int) (blackHole & 1)];
            return System.identityHashCode(garbage);
        });
        assertTrue(bytes >= CALLS * 16L, "found " + bytes);
    }

    @Test
    void parser() {
        ParsedPacket p = new ParsedPacket();
        try (Memory v4 = Bytes.of(Captured.TAGGED_TWICE); Memory v6 = Bytes.of(Captured.UDP_6_WITH_EXTENSIONS)) {
            assertEquals(0, bytesPerRound(() -> {
                PacketParser.parse(v4, 0, 53, p);
                long sum = p.payloadOffset();
                PacketParser.parse(v6, 0, 83, p);
                PacketParser.parse(v6, 0, 60, p);
                return sum + p.payloadOffset();
            }));
        }
    }

    @Test
    void checksums() {
        ParsedPacket p = new ParsedPacket();
        try (Memory m = Bytes.of(Captured.TCP_PUSH_6); Memory v4 = Bytes.of(Captured.UDP)) {
            PacketParser.parse(m, 0, 96, p);
            assertEquals(0, bytesPerRound(() -> {
                PacketChecksums.completeL4(m, 0, p);
                return PacketChecksums.verify(m, 0, p) + Checksum.ipv4Header(v4, 14) + Checksum.sum(m, 1, 93);
            }));
        }
    }

    @Test
    void toeplitzTable() {
        Toeplitz.Table table = Toeplitz.Table.of(Toeplitz.microsoftKey());
        try (Memory m = Bytes.of(Captured.TCP_PUSH_6); Memory v4 = Bytes.of(Captured.TCP_PUSH)) {
            assertEquals(0, bytesPerRound(() -> table.ipv6(m, 14, 54) + table.ipv4(v4, 14, 34) + table.ipv4(1, 2, 3, 4)));
        }
    }

    @Test
    void segmenter() {
        Segmenter segmenter = new Segmenter();
        byte[] frame = SegmenterTest.tcp4(Tcp.ACK | Tcp.PSH).payload(new byte[100]).bytes();
        try (Memory m = Bytes.of(frame); Memory out = Bytes.filled(100)) {
            assertEquals(0, bytesPerRound(() -> {
                segmenter.start(m, 0, frame.length, 40);
                long sum = 0;
                while (segmenter.hasNext()) {
                    sum += segmenter.next(out, 0);
                }
                return sum;
            }));
        }
    }
}
