package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.NetBuf;

/** No byte is allocated for a packet, once the code is compiled: millions of packets of every kind, both ways. */
class EnaAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // Enough for C2, which works in the background, to have compiled everything.
    private static final int MOST_WINDOWS = 300;
    private static final int PACKETS = 100_000;
    private static final int WINDOWS = 20;

    @BeforeAll
    static void measure() {
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    @Test
    void theMeasurement_seesAllocation() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Object[] kept = new Object[100];
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= kept.length * 4L);
    }

    @ParameterizedTest
    @CsvSource({"host, 1", "host, 32", "llq, 1", "llq, 32", "wide, 32", "nocache, 32", "burst, 32"})
    void forward(String form, int burst) {
        try (MirrorNic nic = new MirrorNic(plan(form), 256, burst, MirrorNic.Traffic.MIXED)) {
            int clean = 0;
            long last = 0;
            for (int i = 0; i < MOST_WINDOWS && clean < WINDOWS; i++) {
                last = allocated(nic, burst);
                // The compiler may still be at work, and its changes of mind allocate.
                clean = last == 0 ? clean + 1 : 0;
            }
            assertEquals(WINDOWS, clean, "windows of " + PACKETS + " packets without allocation; " + last
                + " bytes were allocated in the last");
            assertEquals(nic.forwarded(), nic.sent());
            assertEquals(NetBuf.RX_L4_CHECKSUM_GOOD, nic.lastFlags() & NetBuf.RX_L4_CHECKSUM_GOOD);
        }
    }

    private static long allocated(MirrorNic nic, int burst) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int done = 0; done < PACKETS; done += burst) {
            nic.forward();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static Optional<LlqPlan> plan(String form) {
        return switch (form) {
            case "llq" -> Optional.of(new LlqPlan(128, 2, true, false, 0));
            case "wide" -> Optional.of(new LlqPlan(256, 2, true, false, 0));
            case "nocache" -> Optional.of(new LlqPlan(128, 2, true, true, 0));
            case "burst" -> Optional.of(new LlqPlan(128, 2, true, true, 16));
            default -> Optional.empty();
        };
    }
}
