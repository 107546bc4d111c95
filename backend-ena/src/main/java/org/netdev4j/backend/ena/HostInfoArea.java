package org.netdev4j.backend.ena;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.AdminCommand.SetFeature;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HostAttributes;
import org.netdev4j.backend.ena.spec.HostInfo;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.DeviceContext;

/**
 * What the driver tells the device of itself, before it asks for anything: the device may adapt its answers [AMZN
 * ena_netdev.c, ena_config_host_info]. Behind it an area in which the driver notes why it resets, for those who can
 * read the device's memory dumps.
 */
final class HostInfoArea implements AutoCloseable {
    private static final int DEBUG_BYTES = 4096;
    private static final int MODULE_TYPE = 'j';
    private static final int MAJOR = 1;
    // Domain, bus, device and function, as Linux writes them.
    private static final Pattern PCI_ADDRESS =
        Pattern.compile("[0-9a-f]{4,8}:([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");

    // The page with the information, and behind it the area for debugging.
    private final DmaMemory info;

    /**
     * Allocates and writes.
     *
     * @param where the device is on its bus
     */
    HostInfoArea(DeviceContext context, DeviceAddress where) {
        info = context.dma().allocate("host info", HostInfo.PAGE_BYTES + DEBUG_BYTES, HostInfo.PAGE_BYTES);
        // Of the systems that have a number, the one whose drivers poll from user space too.
        new HostInfo(HostInfo.OS_DPDK, "netdev4j on " + property("os.name"), 0, property("os.version"), 0,
            HostInfo.driverVersion(MAJOR, 0, 0, MODULE_TYPE), 0, HostInfo.SPEC_VERSION, bdf(where.locator()),
            Runtime.getRuntime().availableProcessors(),
            HostInfo.DRIVER_RX_OFFSET | HostInfo.DRIVER_INTERRUPT_MODERATION | HostInfo.DRIVER_RSS_CONFIGURABLE_FUNCTION_KEY
                | HostInfo.DRIVER_TX_IPV6_CSUM_OFFLOAD | HostInfo.DRIVER_PHC).write(info, 0);
    }

    /** Bus, device and function of a PCI address; 0 of others. */
    static int bdf(String locator) {
        Matcher parts = PCI_ADDRESS.matcher(locator);
        return parts.matches() ? hex(parts, 1) << 8 | hex(parts, 2) << 3 | hex(parts, 3) : 0;
    }

    private static int hex(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group), 16);
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    /** Tells the device. What it says to that is of no consequence, unless it says nothing. */
    void announce(AdminQueue queue) {
        HostAttributes attributes = new HostAttributes(info.iova(), info.iova() + HostInfo.PAGE_BYTES, DEBUG_BYTES);
        try {
            queue.execute(new SetFeature<>(FeatureId.HOST_ATTR_CONFIG, 0, ControlBuffer.NONE, attributes::write,
                (from, at) -> true));
        } catch (AdminFailure e) {
            if (e.silent()) {
                throw e;
            }
        }
    }

    /** Notes a line where the other side finds it. */
    void note(String line) {
        byte[] text = line.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, DEBUG_BYTES - 1);
        info.copyFrom(HostInfo.PAGE_BYTES, text, 0, length);
        info.putByte(HostInfo.PAGE_BYTES + length, (byte) 0);
    }

    /** Frees the memory; the device has been reset. */
    @Override
    public void close() {
        info.close();
    }
}
