package org.netdev4j.platform.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.netdev4j.platform.PlatformException;

/**
 * The kernel's own account of this process's memory, a word for each page: present in bit 63, the frame's number in bits 0
 * to 54, which is 0 for those who may not know. [LINUX-MM admin-guide/mm/pagemap.rst]
 */
final class Pagemap implements PageTable {
    static final Path SELF = Path.of("/proc/self/pagemap");

    private static final long PRESENT = 1L << 63;
    private static final long FRAME = (1L << 55) - 1;

    private final Path file;

    Pagemap(Path file) {
        this.file = file;
    }

    @Override
    public long[] physical(long address, int pages) {
        ByteBuffer words = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.nativeOrder());
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(address / PAGE * Long.BYTES);
            in.readFully(words.array());
        } catch (IOException e) {
            throw new PlatformException("physical addresses: " + file + " cannot be read: " + e.getMessage()
                + "; run as root, or put the device behind an IOMMU, where none are needed (vfio-pci)", e);
        }
        long[] physical = new long[pages];
        for (int i = 0; i < pages; i++) {
            long word = words.getLong();
            if ((word & PRESENT) == 0) {
                throw new PlatformException("physical addresses: the page at 0x" + Long.toHexString(address + i * PAGE)
                    + " is not in memory; use memory of hugepages (memory: physical)");
            }
            if ((word & FRAME) == 0) {
                throw new PlatformException("physical addresses: " + file + " does not tell them without the right"
                    + " CAP_SYS_ADMIN; run as root, or put the device behind an IOMMU, where none are needed (vfio-pci)");
            }
            physical[i] = (word & FRAME) * PAGE;
        }
        return physical;
    }
}
