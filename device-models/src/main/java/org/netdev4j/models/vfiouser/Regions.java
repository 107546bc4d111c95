package org.netdev4j.models.vfiouser;

import org.netdev4j.models.device.PciProfile;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;

/**
 * The client's accesses to BARs and configuration space. An access of 1, 2, 4 or 8 aligned bytes is one access of the
 * device; others are the fewest that make them up. Allocates nothing unless it refuses.
 */
final class Regions {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 32;
    private static final int ACCESS_BYTES = 16;
    private static final int DATA = PAYLOAD + ACCESS_BYTES;
    private static final int CONFIG_BYTES = 4096;
    private static final int BARS = 6;

    private final PciFunction function;
    private final Mmio[] bars = new Mmio[BARS];

    Regions(PciProfile profile, PciFunction function) {
        this.function = function;
        for (PciProfile.Bar bar : profile.bars()) {
            bars[bar.index()] = function.mapBar(bar.index(), BarMapping.UNCACHED).orElseThrow();
        }
    }

    /** Bytes of a region; 0 for one that the device has not. */
    private long size(int region) {
        if (region >= 0 && region < BARS) {
            return bars[region] == null ? 0 : bars[region].size();
        }
        return region == VfioUser.REGION_CONFIG ? CONFIG_BYTES : 0;
    }

    int info(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, INFO_BYTES, "DEVICE_GET_REGION_INFO");
        Requests.argsz(in, INFO_BYTES, "DEVICE_GET_REGION_INFO");
        int region = in.getInt(PAYLOAD + 8);
        if (region < 0 || region >= VfioUser.REGIONS) {
            throw VfioUserException.invalid("DEVICE_GET_REGION_INFO of region " + region + ": there are "
                + VfioUser.REGIONS);
        }
        long size = size(region);
        out.putInt(PAYLOAD, INFO_BYTES);
        out.putInt(PAYLOAD + 4, size == 0 ? 0 : VfioUser.REGION_FLAG_READ | VfioUser.REGION_FLAG_WRITE);
        out.putInt(PAYLOAD + 8, region);
        out.putInt(PAYLOAD + 12, 0);
        out.putLong(PAYLOAD + 16, size);
        out.putLong(PAYLOAD + 24, 0);
        return INFO_BYTES;
    }

    /** No region has descriptors to access it by. */
    int ioFds(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, ACCESS_BYTES, "DEVICE_GET_REGION_IO_FDS");
        Requests.bounded(in, ACCESS_BYTES, "DEVICE_GET_REGION_IO_FDS");
        int region = in.getInt(PAYLOAD + 8);
        if (in.getInt(PAYLOAD + 4) != 0 || in.getInt(PAYLOAD + 12) != 0 || size(region) == 0) {
            throw VfioUserException.invalid("DEVICE_GET_REGION_IO_FDS: flags " + in.getInt(PAYLOAD + 4) + ", count "
                + in.getInt(PAYLOAD + 12) + ", region " + region);
        }
        out.putInt(PAYLOAD, ACCESS_BYTES);
        out.putInt(PAYLOAD + 4, 0);
        out.putInt(PAYLOAD + 8, region);
        out.putInt(PAYLOAD + 12, 0);
        return ACCESS_BYTES;
    }

    int read(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, ACCESS_BYTES, "REGION_READ");
        long offset = in.getLong(PAYLOAD);
        int region = in.getInt(PAYLOAD + 8);
        int count = in.getInt(PAYLOAD + 12);
        check("REGION_READ", region, offset, count);
        out.putLong(PAYLOAD, offset);
        out.putInt(PAYLOAD + 8, region);
        out.putInt(PAYLOAD + 12, count);
        int done = 0;
        while (done < count) {
            int width = width(offset + done, count - done, region);
            put(out, DATA + done, width, readOnce(region, offset + done, width));
            done += width;
        }
        return ACCESS_BYTES + count;
    }

    int write(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, ACCESS_BYTES, "REGION_WRITE");
        long offset = in.getLong(PAYLOAD);
        int region = in.getInt(PAYLOAD + 8);
        int count = in.getInt(PAYLOAD + 12);
        check("REGION_WRITE", region, offset, count);
        Requests.exactly(bytes - ACCESS_BYTES, count, "data of REGION_WRITE");
        write(in, DATA, region, offset, count);
        out.putLong(PAYLOAD, offset);
        out.putInt(PAYLOAD + 8, region);
        out.putInt(PAYLOAD + 12, count);
        return ACCESS_BYTES;
    }

    /** Several writes in one message, each of up to 8 bytes. If one is refused, so are all behind it. */
    int writeMany(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, Long.BYTES, "REGION_WRITE_MULTI");
        long writes = in.getLong(PAYLOAD);
        if (writes < 0 || writes > (bytes - Long.BYTES) / VfioUser.WRITE_MULTI_ENTRY) {
            throw VfioUserException.invalid("REGION_WRITE_MULTI of " + Long.toUnsignedString(writes) + " writes in " + bytes
                + " bytes");
        }
        int at = PAYLOAD + Long.BYTES;
        for (int i = 0; i < writes; i++) {
            long offset = in.getLong(at);
            int region = in.getInt(at + 8);
            int count = in.getInt(at + 12);
            check("REGION_WRITE_MULTI", region, offset, count);
            if (count > Long.BYTES) {
                throw VfioUserException.invalid("REGION_WRITE_MULTI: a write of " + count + " bytes; it has room for 8");
            }
            write(in, at + 16, region, offset, count);
            at += VfioUser.WRITE_MULTI_ENTRY;
        }
        out.putLong(PAYLOAD, writes);
        return Long.BYTES;
    }

    private void check(String what, int region, long offset, int count) {
        long size = size(region);
        if (count < 0 || count > MessageChannel.MAX_TRANSFER || offset < 0 || offset > size - count || size == 0) {
            throw VfioUserException.invalid(what + " of " + Integer.toUnsignedString(count) + " bytes at 0x"
                + Long.toHexString(offset) + " of region " + region + ", which has " + size);
        }
    }

    private void write(Memory in, int from, int region, long offset, int count) {
        int done = 0;
        while (done < count) {
            int width = width(offset + done, count - done, region);
            writeOnce(region, offset + done, width, get(in, from + done, width));
            done += width;
        }
    }

    /** The widest access that is aligned and not too long; configuration space has none of 8. */
    private static int width(long offset, int left, int region) {
        int most = region == VfioUser.REGION_CONFIG ? Integer.BYTES : Long.BYTES;
        int width = Math.min(most, Integer.highestOneBit(left));
        while ((offset & width - 1) != 0) {
            width >>= 1;
        }
        return width;
    }

    private long readOnce(int region, long offset, int width) {
        if (region == VfioUser.REGION_CONFIG) {
            return function.readConfig((int) offset, width);
        }
        Mmio bar = bars[region];
        return switch (width) {
            case 1 -> bar.read8(offset);
            case 2 -> bar.read16(offset);
            case 4 -> bar.read32(offset);
            default -> bar.read64(offset);
        };
    }

    private void writeOnce(int region, long offset, int width, long value) {
        if (region == VfioUser.REGION_CONFIG) {
            function.writeConfig((int) offset, width, (int) value);
            return;
        }
        Mmio bar = bars[region];
        switch (width) {
            case 1 -> bar.write8(offset, (int) value);
            case 2 -> bar.write16(offset, (int) value);
            case 4 -> bar.write32(offset, (int) value);
            default -> bar.write64(offset, value);
        }
    }

    private static long get(Memory from, int at, int width) {
        return switch (width) {
            case 1 -> from.getUnsignedByte(at);
            case 2 -> from.getUnsignedShort(at);
            case 4 -> from.getUnsignedInt(at);
            default -> from.getLong(at);
        };
    }

    private static void put(Memory to, int at, int width, long value) {
        switch (width) {
            case 1 -> to.putByte(at, (byte) value);
            case 2 -> to.putShort(at, (short) value);
            case 4 -> to.putInt(at, (int) value);
            default -> to.putLong(at, value);
        }
    }
}
