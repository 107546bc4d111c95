package org.netdev4j.models.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.sim.IommuTable.Mapping;
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
 * from one region into the next, whatever their addresses, unless {@link #letRegionsAdjoin} allows it. What is refused
 * moves nothing and is a {@link DmaFault}: counted, logged, and told to listeners.
 *
 * <p>Threads: mapping from any; accesses too. An access holds a lock that {@link #unmap} takes, so that none is under
 * way when that returns. An access allocates nothing unless it faults.
 */
public final class SimIommu implements DmaDomain {
    private static final Logger LOG = LoggerFactory.getLogger(SimIommu.class);
    private static final int MOST_KEPT = 64;
    private static final int MOST_LOGGED = 16;
    private static final String NOT_THERE = "the memory behind it is not there any more: its file was cut short";
    /** No word of an entry is to be written last. */
    static final int NO_FLAG = -1;

    private final String device;
    private final int addressBits;
    private final SpinLock lock;
    private final List<Consumer<DmaFault>> listeners = new CopyOnWriteArrayList<>();

    // All guarded by the lock.
    private final IommuTable table;
    private boolean adjoin;
    private final Deque<DmaFault> recent = new ArrayDeque<>();
    private long faults;

    SimIommu(String device, int addressBits) {
        this.device = device;
        this.addressBits = addressBits;
        this.lock = new SpinLock("IOMMU of " + device);
        this.table = new IommuTable("IOMMU of " + device);
    }

    @Override
    public String name() {
        return "IOMMU of " + device;
    }

    @Override
    public int addressBits() {
        return addressBits;
    }

    /**
     * Lets an access go from one region into the next where their IOVAs adjoin, as behind a real IOMMU, which knows pages
     * and not what they are part of: a peer's memory comes in as many regions as its own IOMMU has pages. Off at first.
     * An access is then refused as a whole if one of the regions is missing or may not be used so.
     */
    public void letRegionsAdjoin(boolean on) {
        lock.lock();
        try {
            adjoin = on;
        } finally {
            unlock();
        }
    }

    @Override
    public void map(DmaMemory memory) {
        lock.lock();
        try {
            table.add(memory);
        } finally {
            unlock();
        }
    }

    @Override
    public void unmap(DmaMemory memory) {
        lock.lock();
        try {
            table.remove(memory);
        } finally {
            unlock();
        }
    }

    /** Number of regions that the device can reach. */
    public int mapped() {
        lock.lock();
        try {
            return table.count();
        } finally {
            unlock();
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
            Mapping mapping = table.of(memory);
            if (mapping == null) {
                throw new IllegalArgumentException(name() + ": " + memory + " is not mapped");
            }
            mapping.permit(read, write);
        } finally {
            unlock();
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
            unlock();
        }
    }

    /** The faults that came last, the oldest first. */
    public List<DmaFault> recentFaults() {
        lock.lock();
        try {
            return List.copyOf(recent);
        } finally {
            unlock();
        }
    }

    /** Moves bytes from mapped memory; false if that faulted. */
    boolean read(Kind kind, long iova, Memory to, long at, int length) {
        String why;
        lock.lock();
        try {
            Mapping mapping = table.holding(iova, length);
            if (mapping != null && mapping.allows(false)) {
                mapping.memory.copyTo(iova - mapping.iova, to, at, length);
                return true;
            }
            int first = mapping == null && adjoin ? table.adjoining(iova, length, false) : IommuTable.NONE;
            if (first != IommuTable.NONE) {
                copyAcross(first, iova, to, at, length, false);
                return true;
            }
            why = table.refusal(iova, length, false, adjoin);
        } catch (IndexOutOfBoundsException | InternalError e) {
            why = becauseGone(iova, length, e);
        } finally {
            unlock();
        }
        fault(new DmaFault(device, false, kind, iova, length, why));
        return false;
    }

    /**
     * Moves bytes to mapped memory.
     *
     * @param flagOffset of the word to be written last, with release semantics, or {@link #NO_FLAG}
     * @return false if it faulted
     */
    boolean write(Kind kind, long iova, Memory from, long at, int length, int flagOffset) {
        String why;
        lock.lock();
        try {
            why = tryWrite(iova, from, at, length, flagOffset);
            if (why == null) {
                return true;
            }
        } catch (IndexOutOfBoundsException | InternalError e) {
            why = becauseGone(iova, length, e);
        } finally {
            unlock();
        }
        fault(new DmaFault(device, true, kind, iova, length, why));
        return false;
    }

    /** Null if it was written. */
    private String tryWrite(long iova, Memory from, long at, int length, int flagOffset) {
        Mapping mapping = table.holding(iova, length);
        int first = IommuTable.NONE;
        if (mapping == null && adjoin) {
            first = table.adjoining(iova, length, true);
        }
        if (first == IommuTable.NONE && (mapping == null || !mapping.allows(true))) {
            return table.refusal(iova, length, true, adjoin);
        }
        if (flagOffset == NO_FLAG) {
            put(mapping, first, iova, from, at, length);
            return null;
        }
        Mapping flagged = table.holding(iova + flagOffset, Integer.BYTES);
        if (flagged == null || (flagged.memory.address() + iova + flagOffset - flagged.iova & Integer.BYTES - 1) != 0) {
            return "an entry of a ring must begin at a multiple of 4";
        }
        int behind = flagOffset + Integer.BYTES;
        put(mapping, first, iova, from, at, flagOffset);
        put(mapping, mapping != null ? first : table.containing(iova + behind), iova + behind, from, at + behind,
            length - behind);
        flagged.memory.putIntRelease(iova + flagOffset - flagged.iova, from.getInt(at + flagOffset));
        return null;
    }

    /** Copies into one mapping, or into several that adjoin if it is null. */
    private void put(Mapping mapping, int first, long iova, Memory from, long at, int length) {
        if (mapping != null) {
            from.copyTo(at, mapping.memory, iova - mapping.iova, length);
        } else if (length > 0) {
            copyAcross(first, iova, from, at, length, true);
        }
    }

    private void copyAcross(int first, long iova, Memory memory, long at, int length, boolean write) {
        memory.checkedAddress(at, length);
        int index = first;
        int done = 0;
        while (done < length) {
            Mapping mapping = table.at(index++);
            long offset = iova + done - mapping.iova;
            int here = (int) Math.min(length - done, mapping.size - offset);
            if (write) {
                memory.copyTo(at + done, mapping.memory, offset, here);
            } else {
                mapping.memory.copyTo(offset, memory, at + done, here);
            }
            done += here;
        }
    }

    /**
     * The memory went between the look at it and the access: it was closed, or is a file that its owner cut short, which the
     * JVM reports as an InternalError. Any other failure is the model's own.
     */
    private String becauseGone(long iova, int length, Throwable e) {
        if (e instanceof InternalError) {
            return NOT_THERE;
        }
        if (!table.isClosing(iova, length)) {
            throw (IndexOutOfBoundsException) e;
        }
        return table.refusal(iova, length, true, adjoin);
    }

    /** The JVM may report memory that is not there late, even from within here: the lock is given back all the same. */
    private void unlock() {
        try {
            lock.unlock();
        } catch (InternalError e) {
            if (lock.isHeldByCurrentThread()) {
                lock.unlock();
            }
            throw e;
        }
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
            unlock();
        }
        if (number <= MOST_LOGGED) {
            LOG.warn("{}{}", fault, number == MOST_LOGGED ? " (further faults of this device are not logged)" : "");
        }
        for (Consumer<DmaFault> listener : listeners) {
            listener.accept(fault);
        }
    }
}
