package org.netdev4j.models.vfiouser;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.netdev4j.models.sim.SimIommu;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;

/**
 * What of its memory a client lets the device reach. Regions that came without a descriptor are known and cannot be
 * reached.
 */
final class PeerRegions {
    static final int PAGE = 4096;

    /** Most regions that a client may map, as much as the protocol has for a client that says nothing. [VFIO-USER] */
    static final int MAX_REGIONS = 65_535;

    private static final long ALL_ONES = -1;
    // What is smaller may be a device's own, which a client does not share.
    private static final long LEAST_RAM = 1 << 20;
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;

    private SimIommu iommu;
    private final Consumer<String> log;
    private final TreeMap<Long, Region> regions = new TreeMap<>(Long::compareUnsigned);
    private boolean anyShared;
    private boolean said;

    /** What a client has to know goes to the log. */
    PeerRegions(SimIommu iommu, Consumer<String> log) {
        this.iommu = iommu;
        this.log = log;
        iommu.letRegionsAdjoin(true);
    }

    /** From now on it is another device that reaches all this, and the one before no more. */
    void move(SimIommu next) {
        next.letRegionsAdjoin(true);
        for (Region region : regions.values()) {
            if (region.memory != null) {
                next.map(region.memory);
                next.permit(region.memory, region.readable, region.writable);
                iommu.unmap(region.memory);
            }
        }
        iommu = next;
    }

    int map(MessageChannel channel, Memory in, int bytes) {
        Requests.atLeast(bytes, MAP_BYTES, "DMA_MAP");
        Requests.argsz(in, MAP_BYTES, "DMA_MAP");
        int flags = in.getInt(PAYLOAD + 4);
        long offset = in.getLong(PAYLOAD + 8);
        long iova = in.getLong(PAYLOAD + 16);
        long size = in.getLong(PAYLOAD + 24);
        String what = "DMA_MAP of 0x" + Long.toHexString(size) + " bytes at 0x" + Long.toHexString(iova);
        boolean shared = channel.fds() > 0;
        if ((flags & ~(VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE | VfioUser.DMA_FLAG_MMAP)) != 0
            || (flags & VfioUser.DMA_FLAG_MMAP) != 0 && !shared) {
            throw VfioUserException.invalid(what + ", flags " + flags + (shared ? "" : " and no descriptor"));
        }
        if (size <= 0 || offset < 0 || (offset | iova | size) % PAGE != 0 || wraps(iova, size)) {
            throw VfioUserException.invalid(what + ", offset 0x" + Long.toHexString(offset) + ": no pages are there");
        }
        if (regions.size() >= MAX_REGIONS) {
            throw VfioUserException.noSpace(what + ": " + regions.size() + " regions are mapped, the most there can be");
        }
        Map.Entry<Long, Region> before = regions.floorEntry(iova + size - 1);
        if (before != null && Long.compareUnsigned(before.getKey() + before.getValue().size - 1, iova) >= 0) {
            throw VfioUserException.exists(what + ": something is mapped at 0x" + Long.toHexString(before.getKey()));
        }
        if (!shared && !anyShared && !said && (flags & VfioUser.DMA_FLAG_WRITE) != 0 && size >= LEAST_RAM) {
            said = true;
            log.accept("the client keeps " + (size >>> 20) + " MiB of memory at 0x" + Long.toHexString(iova)
                + " to itself: the device cannot reach it. QEMU shares memory with -machine memory-backend=mem "
                + "-object memory-backend-memfd,id=mem,size=...,share=on");
        }
        anyShared |= shared;
        regions.put(iova, new Region(size, (flags & VfioUser.DMA_FLAG_READ) != 0, (flags & VfioUser.DMA_FLAG_WRITE) != 0,
            shared ? share(channel, flags, offset, size, iova) : null));
        return 0;
    }

    /** True if a range goes beyond the end of the address space. */
    private static boolean wraps(long iova, long size) {
        return Long.compareUnsigned(iova + size - 1, iova) < 0;
    }

    private DmaMemory share(MessageChannel channel, int flags, long offset, long size, long iova) {
        boolean writable = (flags & VfioUser.DMA_FLAG_WRITE) != 0;
        DmaMemory memory = channel.takeMemory(0, offset, size, iova, writable);
        try {
            iommu.map(memory);
            iommu.permit(memory, (flags & VfioUser.DMA_FLAG_READ) != 0, writable);
            return memory;
        } catch (PlatformException e) {
            memory.close();
            throw VfioUserException.invalid(e.getMessage());
        }
    }

    int unmap(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, UNMAP_BYTES, "DMA_UNMAP");
        Requests.bounded(in, UNMAP_BYTES, "DMA_UNMAP");
        int flags = in.getInt(PAYLOAD + 4);
        long iova = in.getLong(PAYLOAD + 8);
        long size = in.getLong(PAYLOAD + 16);
        if (flags == VfioUser.UNMAP_FLAG_ALL && (iova | size) == 0) {
            unmapAll();
        } else if (flags == 0 && size != 0 && !wraps(iova, size)) {
            unmap(iova, iova + size - 1);
        } else {
            throw VfioUserException.invalid("DMA_UNMAP of 0x" + Long.toHexString(size) + " bytes at 0x"
                + Long.toHexString(iova) + ", flags " + flags);
        }
        in.copyTo(PAYLOAD, out, PAYLOAD, UNMAP_BYTES);
        return UNMAP_BYTES;
    }

    /** Unmaps what lies in a range; that nothing does is no failure: QEMU takes back what it never gave. */
    private void unmap(long first, long last) {
        // No region overlaps another: only the one that reaches into the range and the last in it can be cut by its ends.
        refuseCut(regions.lowerEntry(first), first);
        Map.Entry<Long, Region> end = regions.floorEntry(last);
        if (last != ALL_ONES) {
            refuseCut(end, last + 1);
        }
        var inside = regions.subMap(first, true, last, true);
        inside.values().forEach(this::forget);
        inside.clear();
    }

    private static void refuseCut(Map.Entry<Long, Region> region, long at) {
        if (region != null && Long.compareUnsigned(region.getKey() + region.getValue().size - 1, at) >= 0) {
            throw VfioUserException.invalid("DMA_UNMAP of a part of what is mapped at 0x"
                + Long.toHexString(region.getKey()));
        }
    }

    private void forget(Region region) {
        if (region.memory != null) {
            iommu.unmap(region.memory);
            region.memory.close();
        }
    }

    void unmapAll() {
        regions.values().forEach(this::forget);
        regions.clear();
    }

    private record Region(long size, boolean readable, boolean writable, DmaMemory memory) {
    }
}
