package org.netdev4j.platform.vfiouser;

/** Numbers of the vfio-user protocol, version 0.0 [VFIO-USER]. All fields are little-endian. */
public final class VfioUser {
    public static final int MAJOR = 0;
    public static final int MINOR = 0;

    /** Bytes of a message's header. */
    public static final int HEADER_BYTES = 16;
    public static final int HEADER_ID = 0;
    public static final int HEADER_COMMAND = 2;
    /** Size of the message with its header. */
    public static final int HEADER_SIZE = 4;
    public static final int HEADER_FLAGS = 8;
    public static final int HEADER_ERROR = 12;

    public static final int FLAG_TYPE_MASK = 0xf;
    public static final int FLAG_COMMAND = 0;
    public static final int FLAG_REPLY = 1;
    public static final int FLAG_NO_REPLY = 0x10;
    public static final int FLAG_ERROR = 0x20;

    public static final int VERSION = 1;
    public static final int DMA_MAP = 2;
    public static final int DMA_UNMAP = 3;
    public static final int DEVICE_GET_INFO = 4;
    public static final int DEVICE_GET_REGION_INFO = 5;
    public static final int DEVICE_GET_REGION_IO_FDS = 6;
    public static final int DEVICE_GET_IRQ_INFO = 7;
    public static final int DEVICE_SET_IRQS = 8;
    public static final int REGION_READ = 9;
    public static final int REGION_WRITE = 10;
    public static final int DMA_READ = 11;
    public static final int DMA_WRITE = 12;
    public static final int DEVICE_RESET = 13;
    public static final int REGION_WRITE_MULTI = 15;

    /** Regions as VFIO numbers them: BARs 0 to 5, expansion ROM, configuration space, VGA. */
    public static final int REGION_ROM = 6;
    public static final int REGION_CONFIG = 7;
    public static final int REGIONS = 9;
    public static final int REGION_FLAG_READ = 1;
    public static final int REGION_FLAG_WRITE = 2;
    public static final int REGION_FLAG_MMAP = 4;
    public static final int REGION_FLAG_CAPS = 8;
    /** The areas of a region that can be mapped. */
    public static final int REGION_CAP_SPARSE_MMAP = 1;

    /** Interrupts as VFIO numbers them. */
    public static final int IRQ_INTX = 0;
    public static final int IRQ_MSI = 1;
    public static final int IRQ_MSIX = 2;
    public static final int IRQ_ERROR = 3;
    public static final int IRQ_REQUEST = 4;
    public static final int IRQS = 5;
    public static final int IRQ_FLAG_EVENTFD = 1;

    public static final int SET_DATA_NONE = 1;
    public static final int SET_DATA_BOOL = 2;
    public static final int SET_DATA_EVENTFD = 4;
    public static final int SET_DATA_MASK = 7;
    public static final int SET_ACTION_MASK = 8;
    public static final int SET_ACTION_UNMASK = 0x10;
    public static final int SET_ACTION_TRIGGER = 0x20;
    public static final int SET_ACTIONS = 0x38;

    public static final int DEVICE_FLAG_RESET = 1;
    public static final int DEVICE_FLAG_PCI = 2;

    public static final int DMA_FLAG_READ = 1;
    public static final int DMA_FLAG_WRITE = 2;
    /** The descriptor is to be mapped, as it is without this. [VFIO-USER include/vfio-user.h] */
    public static final int DMA_FLAG_MMAP = 4;
    /** Unmap everything. [VFIO-USER include/vfio-user.h] */
    public static final int UNMAP_FLAG_ALL = 2;

    /** Bytes of a REGION_WRITE_MULTI's entry: offset, region, count, data. */
    public static final int WRITE_MULTI_ENTRY = 24;

    private static final String[] COMMANDS = {"VERSION", "DMA_MAP", "DMA_UNMAP", "DEVICE_GET_INFO", "DEVICE_GET_REGION_INFO",
        "DEVICE_GET_REGION_IO_FDS", "DEVICE_GET_IRQ_INFO", "DEVICE_SET_IRQS", "REGION_READ", "REGION_WRITE", "DMA_READ",
        "DMA_WRITE", "DEVICE_RESET"};

    private VfioUser() {
    }

    /** A command's name, {@code command 99} for one without. */
    public static String commandName(int command) {
        return command >= 1 && command <= COMMANDS.length ? COMMANDS[command - 1] : "command " + command;
    }
}
