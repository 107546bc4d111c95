package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;

final class DmaSpaceTest {
    private final FakeBacking backing = new FakeBacking(4096);
    private final List<String> leaks = new ArrayList<>();
    private final DmaSpace space = new DmaSpace(backing, IovaPolicy.guarded(), (owner, memory) -> {
        assertTrue(memory.isOpen());
        leaks.add(owner + "/" + memory.name());
    });
    private final FakeDmaDomain first = new FakeDmaDomain("first", 48);
    private final FakeDmaDomain second = new FakeDmaDomain("second", 48);
    private final DmaAllocator nic = space.allocator("nic");
    private final DmaAllocator pool = space.allocator("pool");

    @Test
    void allocate_mapsIntoEveryAttachedDomain_atOneIova() {
        space.attach(first);
        space.attach(second);
        DmaMemory ring = nic.allocate("ring", 100, 64);

        assertEquals(List.of("ring"), first.reachable());
        assertEquals(List.of("ring"), second.reachable());
        assertEquals(0, ring.address() % 64);
        assertEquals("nic", nic.owner());
        assertEquals(List.of(ring), nic.live());
    }

    @Test
    void attach_mapsWhatExists_whenLate() {
        nic.allocate("ring", 100, 64);
        pool.allocate("buffers", 100, 64);
        nic.allocate("closed", 100, 64).close();
        space.attach(first);
        space.attach(first);

        assertEquals(List.of("map ring", "map buffers"), first.log());
    }

    @Test
    void close_unmapsBeforeItFrees() {
        space.attach(first);
        space.attach(second);
        DmaMemory ring = nic.allocate("ring", 100, 64);
        List<String> reachableWhenFreed = new ArrayList<>();
        backing.onFree(() -> {
            reachableWhenFreed.addAll(first.reachable());
            reachableWhenFreed.addAll(second.reachable());
        });
        ring.close();
        ring.close();

        assertEquals(List.of(), reachableWhenFreed);
        assertEquals(List.of("map ring", "unmap ring"), first.log());
        assertEquals(0, backing.liveBlocks());
        assertEquals(List.of(), nic.live());
    }

    @Test
    void detach_unmapsAll_andLeavesOtherDomains() {
        space.attach(first);
        space.attach(second);
        DmaMemory ring = nic.allocate("ring", 100, 64);
        space.detach(first);
        space.detach(first);

        assertEquals(List.of("map ring", "unmap ring"), first.log());
        assertEquals(List.of("ring"), second.reachable());
        ring.close();
        assertEquals(List.of(), second.reachable());
        assertEquals(2, first.log().size());
    }

    @Test
    void allocate_takesEverythingBack_whenADomainRefuses() {
        space.attach(first);
        space.attach(second);
        second.failMapAfter(0);
        Exception e = assertThrows(PlatformException.class, () -> nic.allocate("ring", 100, 64));

        assertEquals("second refuses ring", e.getMessage());
        assertEquals(List.of("map ring", "unmap ring"), first.log());
        assertEquals(List.of(), second.reachable());
        assertEquals(List.of(), nic.live());
        assertEquals(1, backing.allocations());
        assertEquals(0, backing.liveBlocks());
        nic.allocate("again", 100, 64);
    }

    @Test
    void attach_takesEverythingBack_whenAMapInTheMiddleFails() {
        nic.allocate("one", 100, 64);
        nic.allocate("two", 100, 64);
        nic.allocate("three", 100, 64);
        first.failMapAfter(2);
        assertThrows(PlatformException.class, () -> space.attach(first));

        assertEquals(List.of("map one", "map two", "unmap one", "unmap two"), first.log());
        nic.allocate("four", 100, 64);
        assertEquals(List.of(), first.reachable());
        space.attach(first);
        assertEquals(List.of("one", "two", "three", "four"), first.reachable());
    }

    @Test
    void attach_keepsTheCause_whenTakingBackFailsToo() {
        nic.allocate("one", 100, 64);
        nic.allocate("two", 100, 64);
        nic.allocate("three", 100, 64);
        first.failMapAfter(2);
        first.failUnmapOf("one");
        Exception e = assertThrows(PlatformException.class, () -> space.attach(first));

        assertEquals("first refuses three", e.getMessage());
        assertEquals("first cannot unmap one", e.getSuppressed()[0].getMessage());
        assertEquals(List.of("one"), first.reachable());
    }

    @Test
    void allocate_leavesNothing_whenMemoryOrIovaIsExhausted() {
        backing.failNext(1);
        assertThrows(PlatformException.class, () -> nic.allocate("ring", 100, 64));
        space.attach(new FakeDmaDomain("tiny", 24));
        Exception e = assertThrows(PlatformException.class, () -> nic.allocate("ring", 100, 64));

        assertEquals("no free range of 4096 bytes of device addresses from 0x10000000 to 2^24; free DMA memory first",
            e.getMessage());
        assertEquals(0, backing.liveBlocks());
        assertEquals(List.of(), space.live());
    }

    @Test
    void allocate_staysBelow4GiB_forA32BitDomain() {
        FakeDmaDomain narrow = new FakeDmaDomain("narrow", 32);
        space.attach(first);
        space.attach(narrow);
        DmaMemory ring = nic.allocate("ring", 100, 64);

        assertTrue(ring.iova() + ring.mappedSize() <= 1L << 32, () -> Long.toHexString(ring.iova()));
        space.detach(narrow);
        assertTrue(nic.allocate("wide", 100, 64).iova() >= 1L << 32);
    }

    @Test
    void attach_refusesA32BitDomain_whenMemoryIsAlreadyAbove() {
        DmaMemory ring = nic.allocate("ring", 100, 64);
        FakeDmaDomain narrow = new FakeDmaDomain("narrow", 32);
        Exception e = assertThrows(PlatformException.class, () -> space.attach(narrow));

        assertEquals("DMA memory \"ring\" at IOVA 0x" + Long.toHexString(ring.iova()) + " is above the 32 address bits of narrow; "
            + "open that device before allocating, or on a platform of its own", e.getMessage());
        assertEquals(List.of(), narrow.log());
    }

    @Test
    void iova_isGivenBackExactlyOnce_onCloseAndOnRollBack() {
        List<String> calls = new ArrayList<>();
        DmaSpace watched = new DmaSpace(backing, policyAt(1L << 20, calls), (owner, memory) -> { });
        watched.attach(first);
        DmaAllocator owner = watched.allocator("nic");
        owner.allocate("ring", 5000, 64).close();
        first.failMapAfter(0);
        assertThrows(PlatformException.class, () -> owner.allocate("refused", 100, 64));

        assertEquals(List.of("assign 8192 in 48", "release 100000 8192", "assign 4096 in 48", "release 100000 4096"), calls);
    }

    @Test
    void attach_refusesADomain_thatReachesTheBeginningOfARegionOnly() {
        DmaSpace crossing = new DmaSpace(backing, policyAt((1L << 32) - 4096, new ArrayList<>()), (owner, memory) -> { });
        crossing.allocator("nic").allocate("ring", 5000, 64);
        FakeDmaDomain narrow = new FakeDmaDomain("narrow", 32);

        assertThrows(PlatformException.class, () -> crossing.attach(narrow));
        crossing.attach(new FakeDmaDomain("one bit more", 33));
        crossing.attach(new FakeDmaDomain("all bits", 64));
    }

    private static IovaPolicy policyAt(long iova, List<String> calls) {
        return new IovaPolicy() {
            @Override
            public long assign(MemoryBlock block, int addressBits) {
                calls.add("assign " + block.size() + " in " + addressBits);
                return iova;
            }

            @Override
            public void release(long released, long size) {
                calls.add("release " + Long.toHexString(released) + " " + size);
            }
        };
    }

    @Test
    void allocate_refusesBadArguments_beforeItTakesMemory() {
        for (long size : new long[] {0, -1, Long.MIN_VALUE}) {
            assertEquals("DMA memory \"ring\": size must be above zero: size=" + size,
                assertThrows(IllegalArgumentException.class, () -> nic.allocate("ring", size, 64)).getMessage());
        }
        for (long alignment : new long[] {0, 3, -64, Long.MIN_VALUE, 8192}) {
            assertEquals("DMA memory \"ring\": alignment must be a power of two up to 4096: alignment=" + alignment,
                assertThrows(IllegalArgumentException.class, () -> nic.allocate("ring", 64, alignment)).getMessage());
        }
        assertEquals(0, backing.allocations());
    }

    @Test
    void allocatorClose_reportsLeaksByName_andFreesThem() {
        space.attach(first);
        DmaMemory ring = nic.allocate("ring", 100, 64);
        nic.allocate("given back", 100, 64).close();
        nic.allocate("queue", 100, 64);
        pool.allocate("buffers", 100, 64);
        nic.close();
        nic.close();

        assertEquals(List.of("nic/ring", "nic/queue"), leaks);
        assertFalse(ring.isOpen());
        assertEquals(List.of("buffers"), first.reachable());
        assertEquals(1, backing.liveBlocks());
        ring.close();
        assertThrows(IllegalStateException.class, () -> nic.allocate("late", 100, 64));
    }

    @Test
    void close_reportsLeaksOfAllOwners_thenClosesTheBacking() {
        space.attach(first);
        nic.allocate("ring", 100, 64);
        pool.allocate("buffers", 100, 64);
        space.close();
        space.close();

        assertEquals(List.of("nic/ring", "pool/buffers"), leaks);
        assertEquals(List.of(), first.reachable());
        assertEquals(0, backing.liveBlocks());
        assertTrue(backing.isClosed());
        assertThrows(IllegalStateException.class, () -> space.allocator("late"));
        assertThrows(IllegalStateException.class, () -> space.attach(second));
        assertThrows(IllegalStateException.class, () -> nic.allocate("late", 100, 64));
        space.detach(first);
    }

    @Test
    void close_freesEverything_whenTheLeakListenerThrows() {
        AssertionError leak = new AssertionError("leak");
        DmaSpace strict = new DmaSpace(backing, IovaPolicy.guarded(), (owner, memory) -> {
            throw leak;
        });
        strict.attach(first);
        strict.allocator("a").allocate("one", 100, 64);
        strict.allocator("b").allocate("two", 100, 64);

        assertSame(leak, assertThrows(AssertionError.class, strict::close));
        assertEquals(List.of(), first.reachable());
        assertEquals(0, backing.liveBlocks());
        assertTrue(backing.isClosed());
    }

    @Test
    void close_keepsMemory_thatADomainFailedToUnmap() {
        space.attach(first);
        space.attach(second);
        DmaMemory ring = nic.allocate("ring", 100, 64);
        first.failUnmapOf("ring");
        Exception e = assertThrows(PlatformException.class, ring::close);

        assertEquals("first cannot unmap ring", e.getMessage());
        assertEquals(List.of(), second.reachable());
        assertEquals(1, backing.liveBlocks());
        assertFalse(ring.isOpen());
        assertEquals(List.of(), nic.live());
    }

    @Test
    void detach_unmapsTheOthers_whenOneFails() {
        space.attach(first);
        nic.allocate("one", 100, 64);
        DmaMemory two = nic.allocate("two", 100, 64);
        nic.allocate("three", 100, 64);
        first.failUnmapOf("two");
        assertThrows(PlatformException.class, () -> space.detach(first));

        assertEquals(List.of("two"), first.reachable());
        assertThrows(PlatformException.class, two::close);
        assertEquals(3, backing.liveBlocks());
    }

    @Test
    void attach_refusesADeviceThatSeesPhysicalMemory_unlessTheIovasAreThat_andTellsTheRemedy() {
        DmaDomain bare = new FakeDmaDomain("bare", 64, true);
        String message = assertThrows(PlatformException.class, () -> space.attach(bare)).getMessage();
        assertTrue(message.startsWith("bare: no IOMMU translates") && message.contains("memory: auto"), message);
        assertFalse(message.contains("\n"), message);

        IovaPolicy physical = new PhysicalIova((address, pages) -> new long[] {address + 0x1_0000_0000L});
        try (DmaSpace both = new DmaSpace(new FakeBacking(4096), physical, (owner, memory) -> { })) {
            FakeDmaDomain translated = new FakeDmaDomain("translated", 64, false);
            both.attach(bare);
            both.attach(translated);
            DmaMemory ring = both.allocator("nic").allocate("ring", 100, 64);
            assertEquals(ring.address() + 0x1_0000_0000L, ring.iova());
            assertEquals(List.of("ring"), translated.reachable());
            ring.close();
            assertEquals(List.of(), translated.reachable());
        }
    }

    /** Pieces of two pages: each lies at its own place, the later the lower. */
    private static IovaPolicy apart() {
        return new PhysicalIova((address, pages) -> {
            long[] physical = new long[pages];
            for (int i = 0; i < pages; i++) {
                physical[i] = 0x1_0000_0000_0000L - (address & -8192) * 2 + i * 4096L;
            }
            return physical;
        });
    }

    @Test
    void pieces_areMappedEachByItself_andTellWhereTheyAre() {
        FakeBacking inPieces = new FakeBacking(8192, 8192);
        try (DmaSpace pieces = new DmaSpace(inPieces, apart(), (owner, memory) -> { })) {
            pieces.attach(first);
            DmaMemory pool = pieces.allocator("pool").allocatePieces("buffers", 3 * 8192 - 100);
            pieces.attach(second);

            assertEquals(3, first.reachable().size());
            assertEquals(first.reachable(), second.reachable());
            assertEquals(pool.iova(), pool.checkedIova(0, 8192));
            assertEquals(pool.iova() - 2 * 8192, pool.checkedIova(8192, 8192));
            assertEquals(pool.iova() - 4 * 8192 + 5, pool.checkedIova(2 * 8192 + 5, 10));
            assertThrows(IndexOutOfBoundsException.class, () -> pool.checkedIova(8191, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> pool.checkedIova(3 * 8192 - 101, 2));
            pool.close();
            assertEquals(List.of(), first.reachable());
            assertEquals(List.of(), second.reachable());
            assertEquals(0, inPieces.liveBlocks());
        }
    }

    @Test
    void pieces_areNotFreed_whileOneOfThemIsStillMapped() {
        FakeBacking inPieces = new FakeBacking(8192, 8192);
        DmaSpace pieces = new DmaSpace(inPieces, apart(), (owner, memory) -> { });
        pieces.attach(first);
        DmaMemory pool = pieces.allocator("pool").allocatePieces("buffers", 3 * 8192);
        first.failUnmapOf("buffers [1]");

        assertThrows(PlatformException.class, pool::close);

        assertEquals(List.of("buffers [1]"), first.reachable());
        assertEquals(1, inPieces.liveBlocks());
        pieces.close();
    }

    @Test
    void pieces_areNone_whereDeviceAddressesAreContiguous() {
        space.attach(first);
        DmaMemory pool = nic.allocatePieces("buffers", 3 * 8192);
        assertEquals(Long.MAX_VALUE, nic.pieceBytes());
        assertEquals(List.of("buffers"), first.reachable());
        assertEquals(pool.iova() + 8000, pool.checkedIova(8000, 8192));
        pool.close();
    }
}
