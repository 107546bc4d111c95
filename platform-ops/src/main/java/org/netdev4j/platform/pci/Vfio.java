package org.netdev4j.platform.pci;

import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.Memory;

/** Numbers and calls of VFIO, as in {@code vfio.h} and {@code iommufd.h}. [LINUX-VFIO] */
final class Vfio {
    static final String DRIVER = "vfio-pci";

    // Requests: _IO(';', number).
    static final int GET_API_VERSION = 0x3b64;
    static final int CHECK_EXTENSION = 0x3b65;
    static final int SET_IOMMU = 0x3b66;
    static final int GROUP_GET_STATUS = 0x3b67;
    static final int GROUP_SET_CONTAINER = 0x3b68;
    static final int GROUP_GET_DEVICE_FD = 0x3b6a;
    static final int DEVICE_GET_INFO = 0x3b6b;
    static final int DEVICE_GET_REGION_INFO = 0x3b6c;
    static final int DEVICE_GET_IRQ_INFO = 0x3b6d;
    static final int DEVICE_SET_IRQS = 0x3b6e;
    static final int DEVICE_RESET = 0x3b6f;
    static final int IOMMU_GET_INFO = 0x3b70;
    static final int IOMMU_MAP_DMA = 0x3b71;
    static final int IOMMU_UNMAP_DMA = 0x3b72;
    static final int DEVICE_BIND_IOMMUFD = 0x3b76;
    static final int DEVICE_ATTACH_IOMMUFD_PT = 0x3b77;
    static final int IOAS_ALLOC = 0x3b81;
    static final int IOAS_IOVA_RANGES = 0x3b84;
    static final int IOAS_MAP = 0x3b85;
    static final int IOAS_UNMAP = 0x3b86;

    static final int API_VERSION = 0;
    static final int TYPE1V2_IOMMU = 3;
    static final int NOIOMMU_IOMMU = 8;
    static final int GROUP_VIABLE = 1;
    static final int DEVICE_CAN_RESET = 1;
    static final int REGION_MAPPABLE = 1 << 2;
    static final int IOMMU_INFO_CAPS = 1 << 1;
    static final int IOMMU_CAP_IOVA_RANGE = 1;
    static final int DMA_READ_WRITE = 3;
    static final int IOAS_FIXED_READ_WRITE = 7;

    static final int REGION_CONFIG = 7;
    static final int IRQ_MSIX = 2;
    static final int IRQ_ERROR = 3;
    static final int IRQ_REQUEST = 4;
    static final int IRQ_SET_NONE_TRIGGER = 1 | 1 << 5;
    static final int IRQ_SET_EVENTFD_TRIGGER = 1 << 2 | 1 << 5;

    private Vfio() {
    }

    /** A call whose argument is a structure. */
    static int ioctl(int fd, int request, Memory structure, String what) {
        return LinuxFiles.ioctl(fd, request, structure.address(), what);
    }

    /** A call whose argument is a number. */
    static int ioctl(int fd, int request, long number, String what) {
        return LinuxFiles.ioctl(fd, request, number, what);
    }

    /** A structure whose first field is its size, as almost all of them have it; else zeroes. The caller closes it. */
    static Memory structure(int size) {
        Memory structure = Memory.allocate("argument of VFIO", size, Long.BYTES);
        structure.putInt(0, size);
        return structure;
    }
}
