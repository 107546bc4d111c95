package org.netdev4j.platform.memory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All DMA memory of one {@link org.netdev4j.platform.Platform} and the domains that see it.
 *
 * <p>Every region gets one IOVA that holds in every attached {@link DmaDomain}. A domain attached later gets the regions that
 * exist; a region allocated later goes to the domains that are attached. Thread-safe; for the control path.
 */
public final class DmaSpace implements AutoCloseable {
    /** Told of each region that was still open when its owner closed. */
    @FunctionalInterface
    public interface LeakListener {
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

    /** An allocator for one owner. */
    public synchronized DmaAllocator allocator(String owner) {
        requireOpen();
        Allocator allocator = new Allocator(owner);
        allocators.add(allocator);
        return allocator;
    }

    /**
     * Attaches a device's domain and maps all live regions into it. If one cannot be mapped, those mapped are taken back
     * and the domain is not attached.
     */
    public synchronized void attach(DmaDomain domain) {
        requireOpen();
        if (!domains.add(domain)) {
            return;
        }
        List<DmaMemory> mapped = new ArrayList<>();
        try {
            for (DmaMemory memory : live()) {
                requireReachable(memory, domain);
                domain.map(memory);
                mapped.add(memory);
            }
        } catch (RuntimeException e) {
            domains.remove(domain);
            mapped.forEach(domain::unmap);
            throw e;
        }
    }

    /** Detaches a domain and unmaps everything from it; does nothing if it is not attached. */
    public synchronized void detach(DmaDomain domain) {
        if (domains.remove(domain)) {
            live().forEach(domain::unmap);
        }
    }

    /** All regions that are open, of all owners. */
    public synchronized List<DmaMemory> live() {
        List<DmaMemory> all = new ArrayList<>();
        allocators.forEach(a -> all.addAll(a.regions));
        return all;
    }

    /** Closes all allocators, reporting leaks, then the backing. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        List.copyOf(allocators).forEach(Allocator::close);
        closed = true;
        backing.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the DMA space is closed");
        }
    }

    private static void requireReachable(DmaMemory memory, DmaDomain domain) {
        int bits = domain.addressBits();
        if (bits < UNLIMITED_BITS && (memory.iova() + memory.size() - 1) >>> bits != 0) {
            throw new PlatformException("DMA memory \"" + memory.name() + "\" at IOVA 0x" + Long.toHexString(memory.iova())
                + " is above the " + bits + " address bits of " + domain.name()
                + "; open that device before allocating, or on a platform of its own");
        }
    }

    private synchronized DmaMemory allocate(Allocator owner, String name, long size, long alignment) {
        requireOpen();
        if (size <= 0) {
            throw new IllegalArgumentException("DMA memory \"" + name + "\": size must be above zero: size=" + size);
        }
        if (Long.bitCount(alignment) != 1 || alignment < 0 || alignment > backing.pageSize()) {
            throw new IllegalArgumentException("DMA memory \"" + name + "\": alignment must be a power of two up to "
                + backing.pageSize() + ": alignment=" + alignment);
        }
        int bits = domains.stream().mapToInt(DmaDomain::addressBits).min().orElse(UNLIMITED_BITS);
        MemoryBlock block = backing.allocate(owner.owner + "/" + name, size);
        long iova;
        try {
            iova = iovas.assign(block, bits);
        } catch (RuntimeException e) {
            backing.free(block);
            throw e;
        }
        DmaMemory[] self = new DmaMemory[1];
        DmaMemory memory = new DmaMemory(name, block, iova, () -> release(owner, self[0], block));
        self[0] = memory;
        List<DmaDomain> mapped = new ArrayList<>();
        try {
            for (DmaDomain domain : domains) {
                domain.map(memory);
                mapped.add(domain);
            }
        } catch (RuntimeException e) {
            mapped.forEach(d -> d.unmap(memory));
            iovas.release(iova, block.size());
            backing.free(block);
            throw e;
        }
        owner.regions.add(memory);
        return memory;
    }

    private synchronized void release(Allocator owner, DmaMemory memory, MemoryBlock block) {
        // Unreachable first, then freed: the device must not see memory that belongs to somebody else.
        domains.forEach(d -> d.unmap(memory));
        owner.regions.remove(memory);
        iovas.release(memory.iova(), block.size());
        backing.free(block);
    }

    private final class Allocator implements DmaAllocator {
        private final String owner;
        private final Set<DmaMemory> regions = new LinkedHashSet<>();
        private boolean shut;

        Allocator(String owner) {
            this.owner = owner;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public DmaMemory allocate(String name, long size, long alignment) {
            if (shut) {
                throw new IllegalStateException("the DMA allocator of " + owner + " is closed");
            }
            return DmaSpace.this.allocate(this, name, size, alignment);
        }

        @Override
        public List<DmaMemory> live() {
            synchronized (DmaSpace.this) {
                return List.copyOf(regions);
            }
        }

        @Override
        public void close() {
            synchronized (DmaSpace.this) {
                if (shut) {
                    return;
                }
                shut = true;
                for (DmaMemory memory : List.copyOf(regions)) {
                    LOG.warn("{} leaked DMA memory \"{}\" ({} bytes); freed", owner, memory.name(), memory.size());
                    leaks.leaked(owner, memory);
                    memory.close();
                }
                allocators.remove(this);
            }
        }
    }
}
