package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.raw.RawMemory;

final class DmaMemoryTest extends MemoryContract {
    private final DmaSpace space = new DmaSpace(new FakeBacking(4096), IovaPolicy.guarded(), (owner, memory) -> { });
    private final DmaAllocator allocator = space.allocator("test");

    @Override
    DmaMemory allocate(String name, long size) {
        return allocator.allocate(name, size, 64);
    }

    @Test
    void size_isWhatWasAskedFor_andWholePagesAreMapped() {
        DmaMemory memory = allocate("ring", 5000);

        assertEquals(5000, memory.size());
        assertEquals(8192, memory.mappedSize());
        assertEquals(4096, memory.pageSize());
        assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(5000));
    }

    @Test
    void fd_isThatOfTheBacking() {
        DmaMemory memory = allocate("ring", 1);

        assertEquals(7, memory.fd());
        assertEquals(4096, memory.fdOffset());
    }

    @Test
    void iova_isNotTheAddress() {
        DmaMemory memory = allocate("ring", 64);

        assertNotEquals(memory.address(), memory.iova());
        assertEquals(0, memory.iova() % 4096);
    }

    @Test
    void checkedIova_addsTheOffset_andChecksTheRange() {
        DmaMemory memory = allocate("ring", 64);

        assertEquals(memory.iova() + 16, memory.checkedIova(16, 48));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedIova(16, 49));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedIova(-1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedIova(1, Long.MAX_VALUE));
        memory.close();
        assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedIova(0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedIova(0, Long.MAX_VALUE));
    }

    @Test
    void closed_isNeverTouched() {
        // The backing keeps freed memory mapped and poisoned: whatever still wrote there would show.
        DmaMemory memory = allocate("ring", 4096);
        long address = memory.address();
        memory.close();

        for (Access access : ACCESSES) {
            for (long offset : new long[] {0, 8, 4088, -8, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertThrows(IndexOutOfBoundsException.class, () -> access.call().on(memory, offset), access.name());
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, 4096, (byte) 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, Long.MAX_VALUE, (byte) 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.copyFrom(0, new byte[64], 0, 64));
        for (long i = 0; i < 4096; i++) {
            assertEquals(FakeBacking.POISON, RawMemory.getByte(address + i));
        }
    }
}
