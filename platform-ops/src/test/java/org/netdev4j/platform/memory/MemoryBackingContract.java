package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.raw.RawMemory;

/** What every memory backing keeps. */
abstract class MemoryBackingContract {
    private MemoryBacking backing;

    /** A new one; skips the test where the machine has none. */
    abstract MemoryBacking create();

    @BeforeEach
    void createBacking() {
        backing = create();
    }

    @AfterEach
    void closeBacking() {
        if (backing != null) {
            backing.close();
        }
    }

    final MemoryBacking backing() {
        return backing;
    }

    @Test
    void allocate_givesZeroedWholePages_alignedToTheirSize() {
        for (long size : new long[] {1, backing.pageSize(), backing.pageSize() + 1}) {
            MemoryBlock block = backing.allocate("test", size);

            assertTrue(block.size() >= size && block.size() % block.pageSize() == 0, block::toString);
            assertTrue(block.pageSize() >= backing.pageSize(), block::toString);
            assertEquals(0, block.address() % block.pageSize());
            for (long i = 0; i < block.size(); i += 8) {
                assertEquals(0, RawMemory.getLong(block.address() + i));
            }
            RawMemory.fill(block.address(), block.size(), (byte) 0xa5);
            backing.free(block);
        }
        MemoryBlock again = backing.allocate("again", 1);
        assertEquals(0, RawMemory.getLong(again.address()), "memory that was used and freed comes back zeroed");
        backing.free(again);
    }

    @Test
    void blocks_doNotOverlap() {
        MemoryBlock a = backing.allocate("a", 1);
        MemoryBlock b = backing.allocate("b", 1);

        RawMemory.fill(a.address(), a.size(), (byte) 1);
        RawMemory.fill(b.address(), b.size(), (byte) 2);

        assertEquals(1, RawMemory.getByte(a.address() + a.size() - 1));
        assertEquals(2, RawMemory.getByte(b.address()));
        backing.free(a);
        backing.free(b);
    }

    @Test
    void free_saysWhich_whenItIsCalledTwice_orForABlockFromElsewhere() {
        MemoryBlock block = backing.allocate("test", 1);
        MemoryBlock stranger = new MemoryBlock(block.address(), block.size(), block.pageSize(), block.fd(), 0);

        assertThrows(IllegalStateException.class, () -> backing.free(stranger));
        backing.free(block);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> backing.free(block));

        assertTrue(e.getMessage().contains("0x" + Long.toHexString(block.address())), e.getMessage());
        assertTrue(e.getMessage().contains("freed already"), e.getMessage());
    }

    @Test
    void free_ofABlockFreedBefore_doesNotFreeTheOneThatHasItsPlaceNow() {
        MemoryBlock old = backing.allocate("old", 1);
        backing.free(old);
        MemoryBlock next = backing.allocate("next", 1);

        assertThrows(IllegalStateException.class, () -> backing.free(old));
        RawMemory.putLong(next.address(), 1);
        backing.free(next);
    }

    @Test
    void allocate_throwsPlatformException_namingWhatFor_whenThereIsNotThatMuch() {
        PlatformException e = assertThrows(PlatformException.class, () -> backing.allocate("much", 1L << 46));

        assertTrue(e.getMessage().startsWith("memory \"much\": "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        MemoryBlock block = backing.allocate("little", 1);
        backing.free(block);
    }

    @Test
    void allocate_refusesASizeThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> backing.allocate("none", 0));
        assertThrows(IllegalArgumentException.class, () -> backing.allocate("none", -1));
        assertThrows(RuntimeException.class, () -> backing.allocate("none", Long.MAX_VALUE));
    }

    @Test
    void close_freesWhatIsLeft_andMayBeRepeated() {
        MemoryBlock block = backing.allocate("left", 1);

        backing.close();
        backing.close();

        assertThrows(IllegalStateException.class, () -> backing.free(block));
    }

    @Test
    void allocateAndFree_mayBeCalledByManyThreads() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            byte mark = (byte) (t + 1);
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 50; i++) {
                    MemoryBlock block = backing.allocate("thread " + mark, 1);
                    RawMemory.fill(block.address(), 4096, mark);
                    assertEquals(mark, RawMemory.getByte(block.address() + 4095));
                    backing.free(block);
                }
            }));
        }
        threads.forEach(CompletableFuture::join);
    }

    @Test
    void dmaSpace_takesItsMemoryFromIt() {
        DmaSpace space = new DmaSpace(create(), IovaPolicy.guarded(), (owner, memory) -> { });
        DmaMemory memory = space.allocator("owner").allocate("ring", 100, 64);

        memory.putLong(92, 5);

        assertNotNull(memory.name());
        assertNotEquals(memory.address(), memory.iova());
        assertEquals(0, memory.iova() % memory.pageSize());
        memory.close();
        space.close();
    }
}
