package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.PlatformException;

class PagemapTest {
    private static final long PRESENT = 1L << 63;
    private static final long SOFT_DIRTY = 1L << 55;
    private static final long FILE_PAGE = 1L << 61;

    @TempDir
    private Path directory;

    private Pagemap of(long... words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        for (long word : words) {
            bytes.putLong(word);
        }
        return new Pagemap(Files.write(directory.resolve("pagemap"), bytes.array()));
    }

    @Test
    void physical_readsTheFrames_withoutTheFlagsBesideThem() throws IOException {
        Pagemap pagemap = of(0, PRESENT | SOFT_DIRTY | FILE_PAGE | 0x12_3456L, PRESENT | 0x7f_ffff_ffff_ffffL & ~SOFT_DIRTY);
        assertArrayEquals(new long[] {0x1_2345_6000L, 0x7f_ffff_ffff_ffffL << 12}, pagemap.physical(4096, 2));
    }

    @Test
    void physical_saysWhatRightIsMissing_whenFramesAreHidden() throws IOException {
        Pagemap pagemap = of(PRESENT);
        String message = assertThrows(PlatformException.class, () -> pagemap.physical(0, 1)).getMessage();
        assertTrue(message.contains("CAP_SYS_ADMIN") && message.contains("run as root"), message);
    }

    @Test
    void physical_refusesAPageThatIsNotInMemory() throws IOException {
        Pagemap pagemap = of(PRESENT | 1, 5);
        String message = assertThrows(PlatformException.class, () -> pagemap.physical(0, 2)).getMessage();
        assertTrue(message.contains("the page at 0x1000 is not in memory"), message);
    }

    @Test
    void physical_saysSo_whenThereIsNoSuchFile() {
        Pagemap pagemap = new Pagemap(directory.resolve("none"));
        String message = assertThrows(PlatformException.class, () -> pagemap.physical(0, 1)).getMessage();
        assertTrue(message.startsWith("physical addresses: "), message);
    }

    @Test
    void iova_isTheAddressOfMemoryInARow_thatTheDeviceReaches() {
        IovaPolicy policy = new PhysicalIova((address, pages) -> rising(0x4000_0000L, pages));
        MemoryBlock block = new MemoryBlock(0x7000, 3 * 4096, 4096, -1, 0);
        assertEquals(0x4000_0000L, policy.assign(block, 64));
        assertEquals(0x4000_0000L, policy.assign(block, 31));
        policy.release(0x4000_0000L, block.size());
        String message = assertThrows(PlatformException.class, () -> policy.assign(block, 30)).getMessage();
        assertTrue(message.contains("above the 30 address bits"), message);
    }

    @Test
    void iova_isRefused_whenThePagesLieApart() {
        IovaPolicy policy = new PhysicalIova((address, pages) -> new long[] {0x1000, 0x2000, 0x4000});
        String message = assertThrows(PlatformException.class,
            () -> policy.assign(new MemoryBlock(0x7000, 3 * 4096, 4096, -1, 0), 64)).getMessage();
        assertTrue(message.contains("at 0x1000, and its byte 8192 at 0x4000"), message);
    }

    private static long[] rising(long first, int pages) {
        long[] all = new long[pages];
        for (int i = 0; i < pages; i++) {
            all[i] = first + i * 4096L;
        }
        return all;
    }
}
