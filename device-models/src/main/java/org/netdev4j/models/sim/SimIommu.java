package org.netdev4j.models.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The IOMMU of one simulated device: its device reaches the bytes of regions that are mapped, by their IOVA, and
 * nothing else.
 *
 * <p>It is stricter than hardware: mappings end at {@link DmaMemory#size()}, not at a page, and an access may not go
 * from one region into the next, whatever their addresses. What is refused moves nothing and is a {@link DmaFault}:
 * counted, logged, and told to listeners.
 *
 * <p>Threads: mapping from any; accesses too. An access holds a lock that {@link #unmap} takes, so that none is under
 * way when that returns. An access allocates nothing unless it faults.
 */
public final class SimIommu implements DmaDomain {
    private static final Logger LOG = LoggerFactory.getLogger(SimIommu.class);
    private static final int MOST_KEPT = 64;
    private static final int MOST_LOGGED = 16;
    /** No word of an entry is to be written last. */
    static final int NO_FLAG = -1;

    private final String device;
    private final int addressBits;
    private final SpinLock lock;
    private final List<Consumer<DmaFault>> listeners = new CopyOnWriteArrayList<>();

    // All guarded by the lock. Sorted by IOVA, without overlap.
    private Mapping[] mappings = new Mapping[16];
    private int count;
    private Mapping last;
    private final Deque<Mapping> gone = new ArrayDeque<>();
    private final Deque<DmaFault> recent = new ArrayDeque<>();
    private long faults;

    SimIommu(String device, int addressBits) {
        this.device = device;
        this.addressBits = addressBits;
        this.lock = new SpinLock("IOMMU of " + device);
    }

    @Override
    public String name() {
        return "IOMMU of " + device;
    }

    @Override
    public int addressBits() {
        return addressBits;
    }

    @Override
    public void map(DmaMemory memory) {
        lock.lock();
        try {
            int at = -search(memory.iova()) - 1;
            if (at < 0 || at > 0 && mappings[at - 1].reachesInto(memory.iova())
                || at < count && mappings[at].iova < memory.iova() + memory.size()) {
                throw new PlatformException(name() + ": \"" + memory.name() + "\" at iova 0x"
                    + Long.toHexString(memory.iova())
                    + " overlaps what is mapped already: " + nearest(memory.iova()));
            }
            if (count == mappings.length) {
                mappings = Arrays.copyOf(mappings, count * 2);
            }
            System.arraycopy(mappings, at, mappings, at + 1, count - at);
            mappings[at] = new Mapping(memory);
            count++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unmap(DmaMemory memory) {
        lock.lock();
        try {
            int at = search(memory.iova());
            if (at < 0 || mappings[at].memory != memory) {
                return;
            }
            if (gone.size() == MOST_KEPT) {
                gone.removeFirst();
            }
            gone.addLast(mappings[at]);
            System.arraycopy(mappings, at + 1, mappings, at, count - at - 1);
            mappings[--count] = null;
            last = null;
        } finally {
            lock.unlock();
        }
    }

    /** Number of regions that the device can reach. */
    public int mapped() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Restricts what the device may do with a mapped region, until it is unmapped.
     *
     * @throws IllegalArgumentException if it is not mapped
     */
    public void permit(DmaMemory memory, boolean read, boolean write) {
        lock.lock();
        try {
            int at = search(memory.iova());
            if (at < 0 || mappings[at].memory != memory) {
                throw new IllegalArgumentException(name() + ": " + memory + " is not mapped");
            }
            mappings[at].readable = read;
            mappings[at].writable = write;
        } finally {
            lock.unlock();
        }
    }

    /** Tells of every fault, on the device's thread; it must not wait. */
    public void onFault(Consumer<DmaFault> listener) {
        listeners.add(listener);
    }

    /** Faults so far. */
    public long faults() {
        lock.lock();
        try {
            return faults;
        } finally {
            lock.unlock();
        }
    }

    /** The faults that came last, the oldest first. */
    public List<DmaFault> recentFaults() {
        lock.lock();
        try {
            return List.copyOf(recent);
        } finally {
            lock.unlock();
        }
    }

    /** Moves bytes from a mapped region; false if that faulted. */
    boolean read(Kind kind, long iova, Memory to, long at, int length) {
        String why;
        lock.lock();
        try {
            Mapping mapping = find(iova, length);
            if (mapping != null && mapping.readable && mapping.memory.isOpen()) {
                mapping.memory.copyTo(iova - mapping.iova, to, at, length);
                return true;
            }
            why = reason(mapping, iova, length, false);
        } catch (IndexOutOfBoundsException e) {
            why = becauseClosed(iova, length, e);
        } finally {
            lock.unlock();
        }
        fault(new DmaFault(device, false, kind, iova, length, why));
        return false;
    }

    /**
     * Moves bytes to a mapped region.
     *
     * @param flagOffset of the word to be written last, with release semantics, or {@link #NO_FLAG}
     * @return false if it faulted
     */
    boolean write(Kind kind, long iova, Memory from, long at, int length, int flagOffset) {
        String why;
        lock.lock();
        try {
            Mapping mapping = find(iova, length);
            if (mapping == null || !mapping.writable || !mapping.memory.isOpen()) {
                why = reason(mapping, iova, length, true);
            } else if (flagOffset == NO_FLAG) {
                from.copyTo(at, mapping.memory, iova - mapping.iova, length);
                return true;
            } else if ((iova + flagOffset & Integer.BYTES - 1) == 0) {
                writeEntry(mapping.memory, iova - mapping.iova, from, at, length, flagOffset);
                return true;
            } else {
                why = "an entry of a ring must begin at a multiple of 4";
            }
        } catch (IndexOutOfBoundsException e) {
            why = becauseClosed(iova, length, e);
        } finally {
            lock.unlock();
        }
        fault(new DmaFault(device, true, kind, iova, length, why));
        return false;
    }

    private static void writeEntry(DmaMemory to, long offset, Memory from, long at, int length, int flagOffset) {
        int behind = flagOffset + Integer.BYTES;
        from.copyTo(at, to, offset, flagOffset);
        from.copyTo(at + behind, to, offset + behind, length - behind);
        to.putIntRelease(offset + flagOffset, from.getInt(at + flagOffset));
    }

    /** Reports a fault that the domain did not see: the function is not allowed to do DMA, or the fault was asked for. */
    void fault(DmaFault fault) {
        long number;
        lock.lock();
        try {
            number = ++faults;
            if (recent.size() == MOST_KEPT) {
                recent.removeFirst();
            }
            recent.addLast(fault);
        } finally {
            lock.unlock();
        }
        if (number <= MOST_LOGGED) {
            LOG.warn("{}{}", fault, number == MOST_LOGGED ? " (further faults of this device are not logged)" : "");
        }
        for (Consumer<DmaFault> listener : listeners) {
            listener.accept(fault);
        }
    }

    private Mapping find(long iova, int length) {
        Mapping hit = last;
        if (hit != null && hit.holds(iova, length)) {
            return hit;
        }
        int at = search(iova);
        hit = at >= 0 ? mappings[at] : at < -1 ? mappings[-at - 2] : null;
        if (hit == null || !hit.holds(iova, length)) {
            return null;
        }
        last = hit;
        return hit;
    }

    /** Index of the mapping that begins at an address, or {@code -insertionPoint - 1}. */
    private int search(long iova) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(mappings[middle].iova, iova);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** The memory was closed between the look at it and the access; any other failure is the model's own. */
    private String becauseClosed(long iova, int length, IndexOutOfBoundsException e) {
        Mapping mapping = find(iova, length);
        if (mapping == null || mapping.memory.isOpen()) {
            throw e;
        }
        return reason(mapping, iova, length, true);
    }

    private String reason(Mapping mapping, long iova, int length, boolean write) {
        if (mapping != null) {
            return mapping.memory.isOpen()
                ? mapping + " may not be " + (write ? "written" : "read") + " by the device"
                : mapping + " is being freed";
        }
        int at = search(iova);
        Mapping before = at >= 0 ? mappings[at] : at < -1 ? mappings[-at - 2] : null;
        if (before != null && before.reachesInto(iova)) {
            return "goes " + (iova + length - before.iova - before.size) + " bytes past the end of " + before;
        }
        for (Mapping old : gone) {
            if (old.holds(iova, 1)) {
                return "not mapped any more: it was part of " + old + ", which was freed; nearest mapping is "
                    + nearest(iova);
            }
        }
        return "not mapped; nearest mapping is " + nearest(iova);
    }

    private String nearest(long iova) {
        Mapping best = null;
        for (int i = 0; i < count; i++) {
            if (best == null || mappings[i].distance(iova) < best.distance(iova)) {
                best = mappings[i];
            }
        }
        return best == null ? "none: nothing is mapped" : best.toString();
    }

    private static final class Mapping {
        private final DmaMemory memory;
        private final long iova;
        private final long size;
        private boolean readable = true;
        private boolean writable = true;

        Mapping(DmaMemory memory) {
            this.memory = memory;
            this.iova = memory.iova();
            this.size = memory.size();
        }

        boolean holds(long address, long length) {
            long offset = address - iova;
            return offset >= 0 && offset <= size - length;
        }

        boolean reachesInto(long address) {
            return address - iova >= 0 && address - iova < size;
        }

        long distance(long address) {
            long offset = address - iova;
            return offset < 0 ? -offset : Math.max(0, offset - size);
        }

        @Override
        public String toString() {
            return "\"" + memory.name() + "\" at 0x" + Long.toHexString(iova) + " to 0x" + Long.toHexString(iova + size);
        }
    }
}
