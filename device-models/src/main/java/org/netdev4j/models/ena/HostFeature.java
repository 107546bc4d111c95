package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.HostAttributes;
import org.netdev4j.backend.ena.spec.HostInfo;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.platform.memory.Memory;

/**
 * What the driver tells of itself. The page is read when it is announced; drivers announce it before anything else
 * and again when they have an area for debugging [AMZN ena_netdev.c, ena_config_host_info, ena_config_debug_area].
 */
final class HostFeature implements Feature {
    private final DeviceHost host;
    private final EnaSettings settings;
    private final int rxOffset;
    private HostInfo info;

    /**
     * One that knows no driver yet.
     *
     * @param rxOffset bytes that the device leaves free in front of packets for drivers that can take it
     */
    HostFeature(DeviceHost host, EnaSettings settings, int rxOffset) {
        this.host = host;
        this.settings = settings;
        this.rxOffset = rxOffset;
    }

    @Override
    public AdminStatus set(AdminRequest request) {
        HostAttributes attributes = HostAttributes.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
        if (!request.reaches(attributes.osInfo()) || !request.reaches(attributes.debugArea())
            || attributes.debugAreaSize() < 0) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        if (attributes.osInfo() == 0) {
            request.say("HOST_ATTR_CONFIG without host info, debug area of " + attributes.debugAreaSize());
            return AdminStatus.SUCCESS;
        }
        try (Memory page = Memory.allocate("ENA model: host info", HostInfo.PAGE_BYTES)) {
            if (!host.dma().read(DeviceDma.Kind.CONTROL, attributes.osInfo(), page, 0, HostInfo.PAGE_BYTES)) {
                return AdminStatus.UNKNOWN_ERROR;
            }
            return take(request, HostInfo.read(page, 0), attributes.debugAreaSize());
        }
    }

    private AdminStatus take(AdminRequest request, HostInfo told, int debugAreaSize) {
        int version = told.driverVersion();
        request.say("HOST_ATTR_CONFIG os=" + told.osType() + " dist=\"" + told.osDistribution() + "\" kernel=\""
            + told.kernelVersion() + "\" driver=" + (version & 0xff) + "." + (version >>> 8 & 0xff) + "."
            + (version >>> 16 & 0xff) + " spec=" + (told.specVersion() >>> 8) + "."
            + (told.specVersion() & 0xff) + " cpus=" + told.cpus() + " features=0x"
            + Integer.toHexString(told.driverSupportedFeatures()) + " debug=" + debugAreaSize);
        if (told.osType() == 0) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        info = told;
        settings.rxOffset = knows(HostInfo.DRIVER_RX_OFFSET) ? rxOffset : 0;
        return AdminStatus.SUCCESS;
    }

    private boolean knows(int feature) {
        return info != null && (info.driverSupportedFeatures() & feature) != 0;
    }

    @Override
    public void reset() {
        info = null;
        settings.rxOffset = 0;
    }
}
