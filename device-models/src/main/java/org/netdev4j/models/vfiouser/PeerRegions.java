package org.netdev4j.models.vfiouser;

import java.util.Map;
import java.util.TreeMap;
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

    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;

    private final SimIommu iommu;
    private final TreeMap<Long, Region> regions = new TreeMap<>(Long::compareUnsigned);

    PeerRegions(SimIommu iommu) {
        this.iommu = iommu;
    }

    int map(MessageChannel channel, Memory in, int bytes) {
        Requests.atLeast(bytes, MAP_BYTES, "DMA_MAP");
        Requests.argsz(in, MAP_BYTES, "DMA_MAP");
        int flags = in.getInt(PAYLOAD + 4);
        long offset = in.getLong(PAYLOAD + 8);
        long iova = in.getLong(PAYLOAD + 16);
        long size = in.getLong(PAYLOAD + 24);
        String what = "DMA_MAP of 0x" + Long.toHexString(size) + " bytes at 0x" + Long.toHexString(iova);
        if ((flags & ~(VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE)) != 0 || size <= 0 || offset < 0
            || (offset | iova | size) % PAGE != 0 || iova + size != 0 && Long.compareUnsigned(iova + size, iova) < 0) {
            throw VfioUserException.invalid(what + ", offset 0x" + Long.toHexString(offset) + ", flags " + flags);
        }
        if (regions.size() >= Negotiation.MAX_DMA_MAPS) {
            throw VfioUserException.noSpace(what + ": " + regions.size() + " regions are mapped, the most there can be");
        }
        Map.Entry<Long, Region> before = regions.floorEntry(iova + size - 1);
        if (before != null && Long.compareUnsigned(before.getKey() + before.getValue().size - 1, iova) >= 0) {
            throw VfioUserException.invalid(what + ": overlaps what is mapped at 0x" + Long.toHexString(before.getKey()));
        }
        regions.put(iova, new Region(size, channel.fds() == 0 ? null : share(channel, flags, offset, size, iova)));
        return 0;
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
        Requests.argsz(in, UNMAP_BYTES, "DMA_UNMAP");
        int flags = in.getInt(PAYLOAD + 4);
        long iova = in.getLong(PAYLOAD + 8);
        long size = in.getLong(PAYLOAD + 16);
        if (flags == VfioUser.UNMAP_FLAG_ALL) {
            unmapAll();
        } else if (flags == 0) {
            unmap(iova, size);
        } else {
            throw VfioUserException.invalid("DMA_UNMAP with flags " + flags);
        }
        in.copyTo(PAYLOAD, out, PAYLOAD, UNMAP_BYTES);
        return UNMAP_BYTES;
    }

    /** Unmaps what lies in a range; that nothing does is no failure: QEMU takes back what it never gave. */
    private void unmap(long iova, long size) {
        long last = iova + size - 1;
        var inside = Long.compareUnsigned(last, iova) < 0 ? regions.tailMap(iova, true) : regions.subMap(iova, true, last, true);
        for (Map.Entry<Long, Region> entry : inside.entrySet()) {
            long end = entry.getKey() + entry.getValue().size - 1;
            if (Long.compareUnsigned(last, iova) >= 0 && Long.compareUnsigned(end, last) > 0) {
                throw VfioUserException.invalid("DMA_UNMAP of a part of what is mapped at 0x"
                    + Long.toHexString(entry.getKey()));
            }
        }
        inside.values().forEach(this::forget);
        inside.clear();
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

    private record Region(long size, DmaMemory memory) {
    }
}
