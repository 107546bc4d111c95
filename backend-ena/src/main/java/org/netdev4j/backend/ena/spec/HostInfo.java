package org.netdev4j.backend.ena.spec;

import java.nio.charset.StandardCharsets;
import org.netdev4j.platform.memory.Memory;

/**
 * What a driver tells of itself and its machine, in a page of 4 KiB [AMZN ena_admin_defs.h, struct ena_admin_host_info;
 * ena_com.h].
 *
 * @param osType                  OS constants
 * @param osDistribution          name of the system, at most 127 characters
 * @param osDistributionNumber    number of the system
 * @param kernelVersion           version of the kernel, at most 31 characters
 * @param kernelVersionNumber     the same as a number
 * @param driverVersion           see {@link #driverVersion(int, int, int, int)}
 * @param supportedFeatures       features of the network, in no use
 * @param specVersion             version of the specification: major in 15:8, minor in 7:0
 * @param bdf                     PCI address: bus 15:8, device 7:3, function 2:0
 * @param cpus                    processors
 * @param driverSupportedFeatures DRIVER constants
 */
public record HostInfo(int osType, String osDistribution, int osDistributionNumber, String kernelVersion,
                       int kernelVersionNumber, int driverVersion, long supportedFeatures, int specVersion, int bdf,
                       int cpus, int driverSupportedFeatures) {
    /** Size. */
    public static final int BYTES = 196;
    /** Size of the page that it lies in. */
    public static final int PAGE_BYTES = 4096;

    /** System: Linux. */
    public static final int OS_LINUX = 1;
    /** System: Windows. */
    public static final int OS_WIN = 2;
    /** System: DPDK. */
    public static final int OS_DPDK = 3;
    /** System: FreeBSD. */
    public static final int OS_FREEBSD = 4;
    /** System: iPXE. */
    public static final int OS_IPXE = 5;
    /** System: ESXi. */
    public static final int OS_ESXI = 6;
    /** System: macOS. */
    public static final int OS_MACOS = 7;

    /** Version 2.0 of the specification. */
    public static final int SPEC_VERSION = 2 << 8;

    /** The driver takes packets that begin behind the start of their buffer. */
    public static final int DRIVER_RX_OFFSET = 1 << 1;
    /** The driver moderates interrupts. */
    public static final int DRIVER_INTERRUPT_MODERATION = 1 << 2;
    /** The driver mirrors receive buffers. */
    public static final int DRIVER_RX_BUF_MIRRORING = 1 << 3;
    /** The driver sets function and key of RSS. */
    public static final int DRIVER_RSS_CONFIGURABLE_FUNCTION_KEY = 1 << 4;
    /** The driver uses pages again. */
    public static final int DRIVER_RX_PAGE_REUSE = 1 << 6;
    /** The driver leaves IPv6 checksums to the device. */
    public static final int DRIVER_TX_IPV6_CSUM_OFFLOAD = 1 << 7;
    /** The driver reads the device's clock. */
    public static final int DRIVER_PHC = 1 << 8;
    /** The driver has an extended area for debugging. */
    public static final int DRIVER_DEBUG_AREA_EXT = 1 << 9;

    private static final int OS_DISTRIBUTION_BYTES = 128;
    private static final int KERNEL_VERSION_BYTES = 32;

    /** A value of {@link #driverVersion()}. */
    public static int driverVersion(int major, int minor, int subMinor, int moduleType) {
        return major & 0xff | (minor & 0xff) << 8 | (subMinor & 0xff) << 16 | moduleType << 24;
    }

    /** Reads it. */
    public static HostInfo read(Memory memory, long at) {
        return new HostInfo(memory.getInt(at), text(memory, at + 4, OS_DISTRIBUTION_BYTES), memory.getInt(at + 132),
            text(memory, at + 136, KERNEL_VERSION_BYTES), memory.getInt(at + 168), memory.getInt(at + 172),
            memory.getLong(at + 176), memory.getUnsignedShort(at + 184), memory.getUnsignedShort(at + 186),
            memory.getUnsignedShort(at + 188), memory.getInt(at + 192));
    }

    /** Writes it; what is too long is cut. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, osType);
        put(memory, at + 4, osDistribution, OS_DISTRIBUTION_BYTES);
        memory.putInt(at + 132, osDistributionNumber);
        put(memory, at + 136, kernelVersion, KERNEL_VERSION_BYTES);
        memory.putInt(at + 168, kernelVersionNumber);
        memory.putInt(at + 172, driverVersion);
        memory.putLong(at + 176, supportedFeatures);
        memory.putShort(at + 184, (short) specVersion);
        memory.putShort(at + 186, (short) bdf);
        memory.putShort(at + 188, (short) cpus);
        memory.putInt(at + 192, driverSupportedFeatures);
    }

    private static String text(Memory memory, long at, int room) {
        byte[] bytes = new byte[room];
        memory.copyTo(at, bytes, 0, room);
        int length = 0;
        while (length < room && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private static void put(Memory memory, long at, String text, int room) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        memory.copyFrom(at, bytes, 0, Math.min(bytes.length, room - 1));
    }
}
