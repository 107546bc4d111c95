package org.netdev4j.models.sim;

import org.netdev4j.models.device.PciProfile;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * Configuration space of a PCI Express endpoint: type 0 header, PCI Express and MSI-X capabilities [PCI 6.1, 6.2.5,
 * 6.8.2; PCIE 6.6.2, 7.8]. Control path, one thread at a time. Which bits can be written is kept beside the values;
 * sizing a BAR by writing all ones follows from that.
 */
final class ConfigSpace {
    static final int SIZE = 4096;

    static final int COMMAND = 0x04;
    static final int COMMAND_MEMORY = 1 << 1;
    static final int COMMAND_BUS_MASTER = 1 << 2;

    /** PCI Express capability. */
    static final int EXPRESS = 0x70;
    static final int EXPRESS_CONTROL = EXPRESS + 8;
    static final int CONTROL_INITIATE_FLR = 1 << 15;

    /** MSI-X capability. */
    static final int MSIX = 0xb0;
    static final int MSIX_CONTROL = MSIX + 2;
    static final int MSIX_ENABLE = 1 << 15;
    static final int MSIX_MASK_ALL = 1 << 14;

    private static final int BAR0 = 0x10;
    private static final int BARS = 6;
    private static final int BAR_64BIT = 0x4;
    private static final int BAR_PREFETCHABLE = 0x8;
    private static final int CAPABILITIES_POINTER = 0x34;
    private static final int STATUS_HAS_CAPABILITIES = 1 << 20;
    // Memory, bus master, parity response, SERR and INTx disable.
    private static final int COMMAND_WRITABLE = 0x0546;

    private static final int EXPRESS_ID = 0x10;
    private static final int EXPRESS_VERSION = 2;
    // Role-based errors, function-level reset; payloads of up to 256 bytes.
    private static final int EXPRESS_CAPABILITIES = 1 << 28 | 1 << 15 | 1;
    // Payload 128 bytes, relaxed ordering, no snoop, read requests of 512 bytes.
    private static final int EXPRESS_CONTROL_STANDARD = 0x2810;
    private static final int EXPRESS_CONTROL_WRITABLE = 0xffff;
    // 8 GT/s, 8 lanes.
    private static final int EXPRESS_LINK = 0x83;

    private static final int MSIX_ID = 0x11;

    private final PciProfile profile;
    private final int[] words = new int[SIZE / Integer.BYTES];
    private final int[] writable = new int[SIZE / Integer.BYTES];

    ConfigSpace(PciProfile profile) {
        this.profile = profile;
        reset();
    }

    /** All as after a reset: nothing decoded, no bus mastering, BARs at zero, MSI-X off. */
    void reset() {
        DeviceIdentity.Pci id = profile.identity();
        set(0x00, id.vendor() | id.device() << 16, 0);
        set(COMMAND, STATUS_HAS_CAPABILITIES, COMMAND_WRITABLE);
        set(0x08, id.revision() | id.classCode() << 8, 0);
        set(0x0c, 0, 0xff);
        for (int index = 0; index < BARS; index++) {
            set(BAR0 + 4 * index, 0, 0);
        }
        profile.bars().forEach(this::resetBar);
        set(0x2c, id.subsystemVendor() | id.subsystem() << 16, 0);
        set(CAPABILITIES_POINTER, EXPRESS, 0);
        set(0x3c, 0, 0xff);
        set(EXPRESS, EXPRESS_ID | MSIX << 8 | EXPRESS_VERSION << 16, 0);
        set(EXPRESS + 4, EXPRESS_CAPABILITIES, 0);
        set(EXPRESS_CONTROL, EXPRESS_CONTROL_STANDARD, EXPRESS_CONTROL_WRITABLE);
        set(EXPRESS + 0x0c, EXPRESS_LINK, 0);
        set(EXPRESS + 0x10, EXPRESS_LINK << 16, 0);
        set(MSIX, MSIX_ID | profile.vectors() - 1 << 16, (MSIX_ENABLE | MSIX_MASK_ALL) << 16);
        set(MSIX + 4, (int) profile.msixOffset() | profile.msixBar(), 0);
        set(MSIX + 8, (int) profile.pendingOffset() | profile.msixBar(), 0);
    }

    private void resetBar(PciProfile.Bar bar) {
        int flags = (bar.is64Bit() ? BAR_64BIT : 0) | (bar.prefetchable() ? BAR_PREFETCHABLE : 0);
        long address = -bar.size();
        set(BAR0 + 4 * bar.index(), flags, (int) address);
        if (bar.is64Bit()) {
            set(BAR0 + 4 * bar.index() + 4, 0, (int) (address >>> Integer.SIZE));
        }
    }

    /** Gives the BARs addresses and decodes them, as a system does before a driver comes. */
    void assign(long base) {
        long at = base;
        for (PciProfile.Bar bar : profile.bars()) {
            at = at + bar.size() - 1 & -bar.size();
            write(BAR0 + 4 * bar.index(), Integer.BYTES, (int) at);
            if (bar.is64Bit()) {
                write(BAR0 + 4 * bar.index() + 4, Integer.BYTES, (int) (at >>> Integer.SIZE));
            }
            at += bar.size();
        }
        write(COMMAND, Short.BYTES, COMMAND_MEMORY);
    }

    private void set(int offset, int value, int mask) {
        words[offset / Integer.BYTES] = value;
        writable[offset / Integer.BYTES] = mask;
    }

    int read(int offset, int width) {
        requireAligned(offset, width);
        int value = words[offset / Integer.BYTES] >>> shift(offset);
        return width == Integer.BYTES ? value : value & (1 << width * Byte.SIZE) - 1;
    }

    void write(int offset, int width, int value) {
        requireAligned(offset, width);
        int word = offset / Integer.BYTES;
        int lanes = width == Integer.BYTES ? -1 : (1 << width * Byte.SIZE) - 1 << shift(offset);
        int mask = writable[word] & lanes;
        words[word] = words[word] & ~mask | value << shift(offset) & mask;
    }

    private static int shift(int offset) {
        return offset % Integer.BYTES * Byte.SIZE;
    }

    private static void requireAligned(int offset, int width) {
        if (width != 1 && width != 2 && width != 4 || offset < 0 || offset > SIZE - width || offset % width != 0) {
            throw new IllegalArgumentException("configuration space: access of " + width + " bytes at offset 0x"
                + Integer.toHexString(offset) + " is outside its 0x" + Integer.toHexString(SIZE) + " bytes or not aligned");
        }
    }
}
