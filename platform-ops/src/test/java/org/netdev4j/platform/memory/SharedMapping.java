package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.raw.RawMemory;

/** A block seen through a second mapping, as another process would have it. */
final class SharedMapping {
    private SharedMapping() {
    }

    static void requireSameBytes(MemoryBlock block) {
        int other = LinuxFiles.open("/proc/self/fd/" + block.fd(), LinuxFiles.O_RDWR);
        long address = LinuxMemory.mapShared(other, block.size(), block.fdOffset());
        try {
            assertNotEquals(block.address(), address);
            RawMemory.putLong(block.address() + block.size() - 8, 0x1122334455667788L);
            assertEquals(0x1122334455667788L, RawMemory.getLong(address + block.size() - 8));
            RawMemory.putInt(address, 42);
            assertEquals(42, RawMemory.getInt(block.address()));
        } finally {
            LinuxMemory.unmap(address, block.size());
            LinuxFiles.close(other);
        }
    }
}
