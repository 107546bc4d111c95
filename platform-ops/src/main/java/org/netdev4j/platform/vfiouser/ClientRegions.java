package org.netdev4j.platform.vfiouser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.PartlyMappedMmio.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server says of its regions, and those parts of them that it lets be mapped. */
final class ClientRegions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientRegions.class);
    private static final int BARS = 6;
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 32;
    private static final int CAP_HEADER_BYTES = 8;
    private static final int AREAS = 16;
    private static final int AREA_BYTES = 16;
    private static final int MOST_CAPS = 64;
    private static final int CONFIG_LEAST = 64;
    private static final int CONFIG_MOST = 4096;
    private static final int CAN_BE_MAPPED =
        VfioUser.REGION_FLAG_MMAP | VfioUser.REGION_FLAG_READ | VfioUser.REGION_FLAG_WRITE;

    private final String device;
    private final Client client;
    private final long[] sizes = new long[VfioUser.REGIONS];
    private final List<List<Part>> mapped = new ArrayList<>();

    ClientRegions(String device, Client client) {
        this.device = device;
        this.client = client;
        for (int bar = 0; bar < BARS; bar++) {
            mapped.add(List.of());
        }
    }

    /**
     * Asks for all of them.
     *
     * @param map whether to map what can be
     * @throws PlatformException if the answers make no sense
     */
    void learn(boolean map) {
        for (int bar = 0; bar < BARS; bar++) {
            learn(bar, map);
        }
        learn(VfioUser.REGION_CONFIG, false);
        long config = sizes[VfioUser.REGION_CONFIG];
        if (config < CONFIG_LEAST || config > CONFIG_MOST) {
            throw bad(VfioUser.REGION_CONFIG, "configuration space of " + config + " bytes");
        }
    }

    private PlatformException bad(int region, String what) {
        return new PlatformException(device + ": the answer to DEVICE_GET_REGION_INFO of region " + region + ": " + what);
    }

    /** Bytes of a region; 0 for one that the device has not. */
    long size(int region) {
        return region < 0 || region >= sizes.length ? 0 : sizes[region];
    }

    /** What of a BAR is mapped. */
    List<Part> mapped(int bar) {
        return mapped.get(bar);
    }

    /** True if a part of any is. */
    boolean anyMapped() {
        return mapped.stream().anyMatch(parts -> !parts.isEmpty());
    }

    private void learn(int region, boolean map) {
        Memory out = client.begin();
        try {
            int bytes = ask(out, region, INFO_BYTES);
            Memory info = client.reply();
            sizes[region] = info.getLong(PAYLOAD + 16);
            if (sizes[region] < 0) {
                throw bad(region, "0x" + Long.toHexString(sizes[region]) + " bytes");
            }
            boolean wanted = map && sizes[region] > 0 && (info.getInt(PAYLOAD + 4) & CAN_BE_MAPPED) == CAN_BE_MAPPED;
            if (wanted) {
                int all = info.getInt(PAYLOAD);
                if (all < 0 || all > ServerMessages.ROOM) {
                    throw bad(region, Integer.toUnsignedString(all) + " bytes; there is room for " + ServerMessages.ROOM);
                }
                // As QEMU does: what lies behind the fixed part comes to who has room for it. [QEMU hw/vfio-user/device.c]
                map(region, all > INFO_BYTES ? ask(out, region, all) : bytes);
            }
        } finally {
            client.end();
        }
    }

    private int ask(Memory out, int region, int room) {
        out.fill(PAYLOAD, INFO_BYTES, (byte) 0);
        out.putInt(PAYLOAD, room);
        out.putInt(PAYLOAD + 8, region);
        int bytes = client.call(VfioUser.DEVICE_GET_REGION_INFO, INFO_BYTES);
        if (bytes == Client.GONE) {
            throw new PlatformException(device + ": the server has ended the connection at DEVICE_GET_REGION_INFO");
        }
        if (bytes < INFO_BYTES) {
            throw bad(region, bytes + " bytes, not " + INFO_BYTES);
        }
        if (client.reply().getInt(PAYLOAD + 8) != region) {
            throw bad(region, "it is of region " + client.reply().getInt(PAYLOAD + 8));
        }
        return bytes;
    }

    private void map(int region, int bytes) {
        Memory info = client.reply();
        boolean caps = (info.getInt(PAYLOAD + 4) & VfioUser.REGION_FLAG_CAPS) != 0;
        List<Area> areas = caps ? areas(region, info, bytes) : null;
        long offset = info.getLong(PAYLOAD + 24);
        int fd = client.takeFd();
        try {
            mapped.set(region, map(fd, offset, areas == null ? List.of(new Area(0, sizes[region])) : areas, region));
        } catch (VfioUserException | LinuxException e) {
            LOG.warn("{}: BAR{} is reached by messages: it cannot be mapped: {}", device, region, e.getMessage());
        } finally {
            if (fd >= 0) {
                LinuxFiles.close(fd);
            }
        }
    }

    /** The areas that can be mapped; null if it is not said, which means all. */
    private List<Area> areas(int region, Memory info, int bytes) {
        int at = info.getInt(PAYLOAD + 12);
        for (int caps = 0; at != 0; caps++) {
            if (caps == MOST_CAPS || at < INFO_BYTES || at % Integer.BYTES != 0 || at > bytes - CAP_HEADER_BYTES) {
                throw bad(region, "a capability at " + Integer.toUnsignedString(at) + " of " + bytes + " bytes");
            }
            if (info.getUnsignedShort(PAYLOAD + at) == VfioUser.REGION_CAP_SPARSE_MMAP) {
                return areas(region, info, bytes, at);
            }
            at = info.getInt(PAYLOAD + at + 4);
        }
        return null;
    }

    private List<Area> areas(int region, Memory info, int bytes, int at) {
        int count = at > bytes - AREAS ? -1 : info.getInt(PAYLOAD + at + 8);
        if (count < 0 || count > (bytes - at - AREAS) / AREA_BYTES) {
            throw bad(region, Integer.toUnsignedString(count) + " areas in " + bytes + " bytes");
        }
        List<Area> areas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long entry = PAYLOAD + at + AREAS + (long) i * AREA_BYTES;
            areas.add(new Area(info.getLong(entry), info.getLong(entry + 8)));
        }
        areas.sort(Comparator.comparingLong(Area::offset));
        long page = Linux.pageSize();
        long end = 0;
        for (Area area : areas) {
            if (area.offset < end || area.offset % page != 0 || area.size <= 0 || area.offset > sizes[region] - area.size) {
                throw bad(region, "an area of 0x" + Long.toHexString(area.size) + " bytes at 0x"
                    + Long.toHexString(area.offset) + " of 0x" + Long.toHexString(sizes[region])
                    + ": outside, over another, or not on a page");
            }
            end = area.offset + area.size;
        }
        return areas;
    }

    private List<Part> map(int fd, long base, List<Area> areas, int region) {
        if (fd < 0) {
            throw VfioUserException.invalid("no descriptor came with it");
        }
        LinuxFiles.Stat file = LinuxFiles.stat(fd);
        long end = areas.stream().mapToLong(area -> area.offset + area.size).max().orElse(0);
        if (!file.regular() || base < 0 || base % Linux.pageSize() != 0 || base > file.size() - end) {
            throw VfioUserException.invalid("0x" + Long.toHexString(end) + " bytes at 0x" + Long.toHexString(base)
                + " of a file that " + (file.regular() ? "has 0x" + Long.toHexString(file.size()) : "is no file"));
        }
        if (!LinuxFiles.trySealSize(fd)) {
            LOG.debug("{}: BAR{}: the server may cut the file short; the device counts as pulled out then", device, region);
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (Area area : areas) {
                long address = LinuxMemory.mapShared(fd, area.size, base + area.offset);
                parts.add(new Part(area.offset, Memory.ofMapping(device + " BAR" + region, address, area.size,
                    () -> LinuxMemory.unmap(address, area.size))));
            }
            return parts;
        } catch (LinuxException e) {
            parts.forEach(part -> part.memory().close());
            throw e;
        }
    }

    /** Unmaps. Idempotent. */
    @Override
    public void close() {
        mapped.forEach(parts -> parts.forEach(part -> part.memory().close()));
    }

    private record Area(long offset, long size) {
    }
}
