package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.linux.LinuxThreads;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
class CpuAffinityTest {
    @Test
    void pin_movesTheThreadToEveryCpuInTurn_asTheKernelSees() throws Exception {
        BitSet before = CpuAffinity.allowed();

        inThread(() -> {
            for (int cpu = before.nextSetBit(0); cpu >= 0; cpu = before.nextSetBit(cpu + 1)) {
                CpuAffinity.pin(cpu);
                BitSet one = new BitSet();
                one.set(cpu);
                assertEquals(one, CpuAffinity.allowed());
                assertTrue(Files.readAllLines(Path.of("/proc/thread-self/status")).contains("Cpus_allowed_list:\t" + cpu));
            }
            CpuAffinity.allow(before);
            assertEquals(before, CpuAffinity.allowed());
            return null;
        });

        assertEquals(before, CpuAffinity.allowed(), "another thread's CPUs");
    }

    @Test
    void pin_namesTheCpusThereAre_whenTheCpuDoesNotExist() throws Exception {
        for (int cpu : new int[] {-1, 4095, 100_000}) {
            PlatformException e = inThread(() -> assertThrows(PlatformException.class, () -> CpuAffinity.pin(cpu)));
            assertTrue(e.getMessage().matches("thread \".*\" cannot be pinned to CPU " + cpu
                + ": EINVAL; this machine has CPUs 0 to \\d+, this process may use \\{0.*}"), e.getMessage());
        }
    }

    @Test
    void pin_isRefused_inAVirtualThread() throws Exception {
        FutureTask<PlatformException> task = new FutureTask<>(
            () -> assertThrows(PlatformException.class, () -> CpuAffinity.pin(0)));
        Thread.ofVirtual().start(task);

        assertEquals("CPU 0: a virtual thread has no CPU of its own; use a platform thread", task.get().getMessage());
    }

    @Test
    void currentId_isTheKernelsNumber() throws Exception {
        Path self = Path.of("/proc/thread-self");
        Assumptions.assumeTrue(Files.exists(self), self + " is missing");

        assertTrue(Files.readSymbolicLink(self).endsWith(String.valueOf(LinuxThreads.currentId())));
    }

    private static <T> T inThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task.get();
    }
}
