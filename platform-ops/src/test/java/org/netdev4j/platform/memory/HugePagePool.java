package org.netdev4j.platform.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.netdev4j.platform.PlatformException;

/** The system's pool of hugepages, for tests: adds some and takes them away again. */
final class HugePagePool implements AutoCloseable {
    private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");
    private static final Path FREE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");

    private final long before;

    private HugePagePool(long before) {
        this.before = before;
    }

    /** Makes {@code count} pages free, or skips the test saying why. */
    static HugePagePool withFree(long count) {
        Assumptions.assumeTrue(Files.isWritable(POOL), POOL + " cannot be written: reserving hugepages needs root");
        HugePagePool pool = new HugePagePool(read(POOL));
        if (free() < count) {
            pool.write(pool.before + count - free());
        }
        if (free() < count) {
            pool.close();
            Assumptions.abort("the kernel could not reserve " + count + " hugepages of 2 MiB");
        }
        return pool;
    }

    /** True physical memory, or skips the test saying why there is none. */
    static MemoryBacking physical() {
        try {
            return MemoryBackings.physical();
        } catch (PlatformException e) {
            return Assumptions.abort("physical addresses are not told here: " + e.getMessage());
        }
    }

    static long free() {
        return read(FREE);
    }

    private static long read(Path path) {
        try {
            return Long.parseLong(Files.readString(path).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(long pages) {
        try {
            Files.writeString(POOL, pages + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        write(before);
    }
}
