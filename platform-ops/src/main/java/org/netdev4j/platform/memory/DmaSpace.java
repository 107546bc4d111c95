package org.netdev4j.platform.memory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All DMA memory of one {@link org.netdev4j.platform.Platform} and the domains that see it.
 *
 * <p>Every region gets one IOVA that holds in every attached {@link DmaDomain}. A domain attached later gets the regions that
 * exist; a region allocated later goes to the domains that are attached. Thread-safe; for the control path.
 *
 * <p>Memory that a domain failed to unmap may still be written by its device. It is not freed and its IOVA is not used again
 * before the space is closed; the failure reaches the caller.
 */
public final class DmaSpace implements AutoCloseable {
    /** Told of each region that was still open when its owner closed. */
    @FunctionalInterface
    public interface LeakListener {
        /**
         * A region leaked; it is still open during the call and freed afterwards, whatever this throws. What it throws reaches
         * the caller of the owner's close. Called with the space locked.
         */
        void leaked(String owner, DmaMemory memory);
    }

    private static final Logger LOG = LoggerFactory.getLogger(DmaSpace.class);
    private static final int UNLIMITED_BITS = 64;

    private final MemoryBacking backing;
    private final IovaPolicy iovas;
    private final LeakListener leaks;
    private final Set<DmaDomain> domains = new LinkedHashSet<>();
    private final List<Allocator> allocators = new ArrayList<>();
    private boolean closed;

    /**
     * Creates a space.
     *
     * @param backing where memory comes from; closed with the space
     * @param iovas   how device addresses are chosen
     * @param leaks   told of leaks, after they are logged
     */
    public DmaSpace(MemoryBacking backing, IovaPolicy iovas, LeakListener leaks) {
        this.backing = backing;
        this.iovas = iovas;
        this.leaks = leaks;
    }

    /** The backing, for reports. */
    public MemoryBacking backing() {
        return backing;
    }

    /**
     * An allocator for one owner.
     *
     * @throws IllegalStateException if the space is closed
     */
    public synchronized DmaAllocator allocator(String owner) {
        requireOpen();
        Allocator allocator = new Allocator(owner);
        allocators.add(allocator);
        return allocator;
    }

    /**
     * Attaches a device's domain and maps all live regions into it; does nothing if it is attached. If one cannot be mapped,
     * those mapped are taken back and the domain is not attached.
     *
     * @throws PlatformException     if the domain refuses a region, its address bits do not reach one, or it wants
     *     physical addresses and the space has others
     * @throws IllegalStateException if the space is closed
     */
    public synchronized void attach(DmaDomain domain) {
        requireOpen();
        if (domain.physical() && !iovas.isPhysical()) {
            throw new PlatformException(domain.name() + ": no IOMMU translates for this device, so it can use only memory whose"
                + " device addresses are physical addresses, and this platform's (" + backing.name() + ") are not; let the device"
                + " choose (memory: auto), or ask for it (memory: physical)");
        }
        if (!domains.add(domain)) {
            return;
        }
        try {
            regions().forEach(r -> r.mapInto(domain));
        } catch (RuntimeException | Error e) {
            domains.remove(domain);
            Attempts undo = new Attempts(e);
            regions().forEach(r -> undo.run(() -> r.unmapFrom(domain)));
            throw e;
        }
    }

    /**
     * Detaches a domain and unmaps everything from it; does nothing if it is not attached. A region that cannot be unmapped
     * does not stop the others; the first failure is thrown at the end.
     */
    public synchronized void detach(DmaDomain domain) {
        if (domains.remove(domain)) {
            Attempts each = new Attempts();
            regions().forEach(r -> each.run(() -> r.unmapFrom(domain)));
            each.rethrow();
        }
    }

    /** All regions that are open, of all owners, in order of allocation per owner. */
    public synchronized List<DmaMemory> live() {
        return regions().stream().map(r -> r.memory).toList();
    }

    private List<Region> regions() {
        List<Region> all = new ArrayList<>();
        allocators.forEach(a -> all.addAll(a.regions));
        return all;
    }

    /**
     * Closes all allocators, reporting leaks, then the backing. Idempotent. What fails on the way does not stop the rest; the
     * first failure is thrown at the end.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Attempts each = new Attempts();
        List.copyOf(allocators).forEach(a -> each.run(a::close));
        each.run(backing::close);
        each.rethrow();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the DMA space is closed");
        }
    }

    private synchronized DmaMemory allocate(Allocator owner, String name, long size, long alignment, boolean inPieces) {
        requireOpen();
        owner.requireOpen();
        if (size <= 0) {
            throw new IllegalArgumentException("DMA memory \"" + name + "\": size must be above zero: size=" + size);
        }
        if (Long.bitCount(alignment) != 1 || alignment < 0 || alignment > backing.pageSize()) {
            throw new IllegalArgumentException("DMA memory \"" + name + "\": alignment must be a power of two up to "
                + backing.pageSize() + ": alignment=" + alignment);
        }
        int bits = domains.stream().mapToInt(DmaDomain::addressBits).min().orElse(UNLIMITED_BITS);
        String user = owner.owner + "/" + name;
        MemoryBlock block = inPieces ? backing.allocatePieces(user, size) : backing.allocate(user, size);
        long[] addresses;
        try {
            addresses = inPieces ? iovas.assignPieces(block, backing.pieceBytes(), bits)
                : new long[] {iovas.assign(block, bits)};
        } catch (RuntimeException | Error e) {
            new Attempts(e).run(() -> backing.free(block));
            throw e;
        }
        Region region = new Region(owner, block,
            release -> new DmaMemory(name, size, block, addresses, backing.pieceBytes(), release));
        owner.regions.add(region);
        try {
            domains.forEach(region::mapInto);
        } catch (RuntimeException | Error e) {
            new Attempts(e).run(region.memory::close);
            throw e;
        }
        return region.memory;
    }

    /** One allocation: its memory, and the domains its parts are mapped in. Guarded by the space. */
    private final class Region {
        private final Allocator owner;
        private final MemoryBlock block;
        private final DmaMemory memory;
        private final List<Part> parts;

        Region(Allocator owner, MemoryBlock block, Function<AutoCloseable, DmaMemory> make) {
            this.owner = owner;
            this.block = block;
            this.memory = make.apply(this::release);
            this.parts = memory.parts().stream().map(Part::new).toList();
        }

        void mapInto(DmaDomain domain) {
            parts.forEach(part -> part.mapInto(domain));
        }

        void unmapFrom(DmaDomain domain) {
            Attempts each = new Attempts();
            parts.forEach(part -> each.run(() -> part.unmapFrom(domain)));
            each.rethrow();
        }

        void release() {
            synchronized (DmaSpace.this) {
                // A second thread may be here for a region that its allocator has just freed.
                if (!owner.regions.remove(this)) {
                    return;
                }
                // Unreachable first, then freed: the device must not see memory that belongs to somebody else.
                Attempts each = new Attempts();
                parts.forEach(part -> List.copyOf(part.mappedIn).forEach(d -> each.run(() -> part.unmapFrom(d))));
                if (parts.stream().allMatch(part -> part.mappedIn.isEmpty())) {
                    iovas.release(memory.iova(), block.size());
                    each.run(() -> backing.free(block));
                } else {
                    LOG.error("{}: DMA memory \"{}\" could not be unmapped from its device; kept until the space closes",
                        owner.owner, memory.name());
                }
                each.rethrow();
            }
        }
    }

    /** What is contiguous for devices, and the domains it is mapped in. Guarded by the space. */
    private static final class Part {
        private final DmaMemory memory;
        private final Set<DmaDomain> mappedIn = new LinkedHashSet<>();

        Part(DmaMemory memory) {
            this.memory = memory;
        }

        void mapInto(DmaDomain domain) {
            int bits = domain.addressBits();
            if (bits < UNLIMITED_BITS && (memory.iova() + memory.mappedSize() - 1) >>> bits != 0) {
                throw new PlatformException("DMA memory \"" + memory.name() + "\" at IOVA 0x"
                    + Long.toHexString(memory.iova()) + " is above the " + bits + " address bits of " + domain.name()
                    + "; open that device before allocating, or on a platform of its own");
            }
            domain.map(memory);
            mappedIn.add(domain);
        }

        void unmapFrom(DmaDomain domain) {
            if (mappedIn.contains(domain)) {
                domain.unmap(memory);
                mappedIn.remove(domain);
            }
        }
    }

    private final class Allocator implements DmaAllocator {
        private final String owner;
        private final Set<Region> regions = new LinkedHashSet<>();
        private boolean shut;

        Allocator(String owner) {
            this.owner = owner;
        }

        @Override
        public String owner() {
            return owner;
        }

        void requireOpen() {
            if (shut) {
                throw new IllegalStateException("the DMA allocator of " + owner + " is closed");
            }
        }

        @Override
        public DmaMemory allocate(String name, long size, long alignment) {
            return DmaSpace.this.allocate(this, name, size, alignment, false);
        }

        @Override
        public long pieceBytes() {
            return backing.pieceBytes();
        }

        @Override
        public DmaMemory allocatePieces(String name, long size) {
            return DmaSpace.this.allocate(this, name, size, 1, true);
        }

        @Override
        public List<DmaMemory> live() {
            synchronized (DmaSpace.this) {
                return regions.stream().map(r -> r.memory).toList();
            }
        }

        @Override
        public void close() {
            synchronized (DmaSpace.this) {
                if (shut) {
                    return;
                }
                shut = true;
                Attempts each = new Attempts();
                for (Region region : List.copyOf(regions)) {
                    DmaMemory memory = region.memory;
                    // Not open: another thread is about to release it, which is then done here.
                    if (memory.isOpen()) {
                        LOG.warn("{} leaked DMA memory \"{}\" ({} bytes); freed", owner, memory.name(), memory.size());
                        each.run(() -> leaks.leaked(owner, memory));
                    }
                    each.run(memory::close);
                    each.run(region::release);
                }
                allocators.remove(this);
                each.rethrow();
            }
        }
    }
}
