package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.raw.RawMemory;

@OnLinux
class MemfdBackingTest extends MemoryBackingContract {
    @Override
    MemoryBacking create() {
        return MemoryBackings.memfd();
    }

    @Test
    void blocks_areSharedWithWhoeverMapsTheirFile() {
        MemoryBlock block = backing().allocate("shared", 8192);

        SharedMapping.requireSameBytes(block);
        backing().free(block);
    }

    @Test
    void free_unmapsAndClosesTheFile() throws IOException {
        long before = Descriptors.open();
        MemoryBlock block = backing().allocate("gone", 1);
        assertEquals(before + 1, Descriptors.open());
        assertTrue(Files.readString(Path.of("/proc/self/maps")).contains("/memfd:netdev4j:gone"));

        backing().free(block);

        assertEquals(before, Descriptors.open());
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("/memfd:netdev4j:gone"));
    }

    @Test
    void allocate_leavesNothing_whenItFails() {
        long before = Descriptors.open();

        // More than an address space: past the check for what is available, the kernel refuses.
        MappedBlocks blocks = new MappedBlocks("test", 0, 4096);
        LinuxException e = assertThrows(LinuxException.class, () -> blocks.map("huge", 1L << 48));

        assertEquals("ENOMEM", e.errnoName());
        assertEquals(before, Descriptors.open());
    }

    @Test
    void free_reportsTheKernelsRefusal_andForgetsTheBlock() {
        MemoryBlock block = backing().allocate("broken", 1);
        LinuxFiles.close(block.fd());

        LinuxException e = assertThrows(LinuxException.class, () -> backing().free(block));

        assertEquals("EBADF", e.errnoName());
        assertThrows(IllegalStateException.class, () -> backing().free(block));
    }

    @Test
    void allocate_takesAnyName() {
        MemoryBlock block = backing().allocate("ü/" + "n".repeat(500), 1);
        RawMemory.putByte(block.address(), (byte) 1);
        backing().free(block);
    }

    @Test
    void unmap_refusesAnAddressThatIsNoPage() {
        assertEquals("EINVAL", assertThrows(LinuxException.class, () -> LinuxMemory.unmap(1, 4096)).errnoName());
    }
}
