package org.netdev4j.models.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaMemory;

/**
 * What an IOMMU has mapped, sorted by IOVA and without overlap: found, added and removed in logarithmic time, but for the
 * moving of references in an array. Looking up allocates nothing.
 *
 * <p>Not thread-safe: {@link SimIommu} holds its lock around every call.
 */
final class IommuTable {
    /** No mapping. */
    static final int NONE = -1;

    private static final int MOST_KEPT = 64;

    private final String name;
    private Mapping[] mappings = new Mapping[16];
    private int count;
    private Mapping last;
    private final Deque<Mapping> gone = new ArrayDeque<>();

    IommuTable(String name) {
        this.name = name;
    }

    int count() {
        return count;
    }

    Mapping at(int index) {
        return mappings[index];
    }

    void add(DmaMemory memory) {
        int at = -search(memory.iova()) - 1;
        if (at < 0 || at > 0 && mappings[at - 1].reachesInto(memory.iova())
            || at < count && Long.compareUnsigned(mappings[at].iova - memory.iova(), memory.size()) < 0) {
            throw new PlatformException(name + ": \"" + memory.name() + "\" at iova 0x" + Long.toHexString(memory.iova())
                + " overlaps what is mapped already: " + nearest(memory.iova()));
        }
        if (count == mappings.length) {
            mappings = Arrays.copyOf(mappings, count * 2);
        }
        System.arraycopy(mappings, at, mappings, at + 1, count - at);
        mappings[at] = new Mapping(memory);
        count++;
    }

    /** Forgets a region; nothing happens if it is not there. */
    void remove(DmaMemory memory) {
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
    }

    /** The mapping of a region, or null. */
    Mapping of(DmaMemory memory) {
        int at = search(memory.iova());
        return at >= 0 && mappings[at].memory == memory ? mappings[at] : null;
    }

    /** The mapping that holds a whole range, or null. */
    Mapping holding(long iova, long length) {
        Mapping hit = last;
        if (hit != null && hit.holds(iova, length)) {
            return hit;
        }
        int at = containing(iova);
        if (at == NONE || !mappings[at].holds(iova, length)) {
            return null;
        }
        last = mappings[at];
        return last;
    }

    /**
     * Where the mappings begin that hold a range together, each going on where the one before it ends, and all allowing the
     * access.
     *
     * @return index of the first, or {@link #NONE}
     */
    int adjoining(long iova, long length, boolean write) {
        int first = containing(iova);
        long at = iova;
        long left = length;
        for (int i = first; i != NONE && i < count && mappings[i].reachesInto(at) && mappings[i].allows(write); i++) {
            long here = mappings[i].size - (at - mappings[i].iova);
            if (left <= here) {
                return first;
            }
            left -= here;
            at += here;
        }
        return NONE;
    }

    /** Why an access is not possible; for messages. */
    String refusal(long iova, int length, boolean write, boolean adjoin) {
        long at = iova;
        int i = containing(iova);
        Mapping before = null;
        while (i != NONE && i < count && mappings[i].reachesInto(at) && (before == null || adjoin)) {
            before = mappings[i];
            if (!before.memory.isOpen()) {
                return before + " is being freed";
            }
            if (!before.allows(write)) {
                return before + " may not be " + (write ? "written" : "read") + " by the device";
            }
            at = before.iova + before.size;
            i++;
        }
        if (before != null) {
            return "goes " + (iova + length - at) + " bytes past the end of " + before;
        }
        for (Mapping old : gone) {
            if (old.holds(iova, 1)) {
                return "not mapped any more: it was part of " + old + ", which was freed; nearest mapping is "
                    + nearest(iova);
            }
        }
        return "not mapped; nearest mapping is " + nearest(iova);
    }

    /** True if a part of a range is memory that was closed. */
    boolean isClosing(long iova, long length) {
        for (int i = Math.max(0, containing(iova)); i < count && mappings[i].begins(iova, length); i++) {
            if (!mappings[i].memory.isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Index of the mapping with a byte, or {@link #NONE}. */
    int containing(long iova) {
        int at = search(iova);
        int candidate = at >= 0 ? at : -at - 2;
        return candidate >= 0 && mappings[candidate].reachesInto(iova) ? candidate : NONE;
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

    private String nearest(long iova) {
        int at = search(iova);
        int above = at >= 0 ? at : -at - 1;
        Mapping best = above < count ? mappings[above] : null;
        Mapping below = above > 0 ? mappings[above - 1] : null;
        if (best == null || below != null && Long.compareUnsigned(below.distance(iova), best.distance(iova)) <= 0) {
            best = below;
        }
        return best == null ? "none: nothing is mapped" : best.toString();
    }

    /** One region and what the device may do with it. */
    static final class Mapping {
        final DmaMemory memory;
        final long iova;
        final long size;
        private boolean readable = true;
        private boolean writable = true;

        Mapping(DmaMemory memory) {
            this.memory = memory;
            this.iova = memory.iova();
            this.size = memory.size();
        }

        void permit(boolean read, boolean write) {
            readable = read;
            writable = write;
        }

        boolean allows(boolean write) {
            return (write ? writable : readable) && memory.isOpen();
        }

        private boolean holds(long address, long length) {
            long offset = address - iova;
            return offset >= 0 && offset <= size - length;
        }

        private boolean reachesInto(long address) {
            return address - iova >= 0 && address - iova < size;
        }

        private boolean begins(long address, long length) {
            return Long.compareUnsigned(iova, address) <= 0 || Long.compareUnsigned(iova - address, length) < 0;
        }

        private long distance(long address) {
            return Long.compareUnsigned(address, iova) < 0 ? iova - address : Math.max(0, address - iova - size);
        }

        @Override
        public String toString() {
            return "\"" + memory.name() + "\" at 0x" + Long.toHexString(iova) + " to 0x" + Long.toHexString(iova + size);
        }
    }
}
