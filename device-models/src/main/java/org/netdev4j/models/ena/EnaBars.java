package org.netdev4j.models.ena;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.models.device.PciProfile;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * Where things lie in the BARs. Drivers learn the offsets of doorbells and interrupt control from replies; the layout
 * is this model's.
 */
final class EnaBars {
    /** Doorbells of submission queues. */
    static final int SQ_DOORBELLS = 0x1000;
    /** Interrupt control of completion queues. */
    static final int CQ_UNMASK = 0x2000;
    /** NUMA registers of completion queues. */
    static final int CQ_NUMA = 0x3000;
    /** End of these. */
    static final int QUEUES_END = 0x4000;
    /** Each has room for so many queues. */
    static final int QUEUE_ROOM = 0x1000 / 4;

    private static final int MSIX_OFFSET = 0x8000;
    private static final long REGISTER_BYTES = 0x10000;
    private static final long PAGE = 4096;
    private static final int MSIX_ENTRY_BYTES = 16;

    private EnaBars() {
    }

    /** Configuration space of a device. */
    static PciProfile pci(EnaConfig config) {
        int device = config.number(EnaKey.DEVICE);
        int revision = config.is(EnaKey.READLESS) ? 0 : EnaPci.REVISION_NO_READLESS;
        DeviceIdentity.Pci identity =
            new DeviceIdentity.Pci(EnaPci.VENDOR, device, EnaPci.VENDOR, device, EnaPci.CLASS_CODE, revision);
        List<PciProfile.Bar> bars = new ArrayList<>();
        bars.add(new PciProfile.Bar(EnaPci.BAR_REGISTERS, REGISTER_BYTES, true, false));
        if (config.is(EnaKey.LLQ_BAR)) {
            bars.add(new PciProfile.Bar(EnaPci.BAR_LLQ, llqBytes(config), true, true));
        }
        int msixBar = config.number(EnaKey.MSIX_BAR);
        if (msixBar != EnaPci.BAR_REGISTERS) {
            long table = (config.vectors() * MSIX_ENTRY_BYTES + PAGE - 1) / PAGE * PAGE;
            bars.add(new PciProfile.Bar(msixBar, powerOfTwo(table + PAGE), true, false));
        }
        return new PciProfile(identity, "Elastic Network Adapter (ENA) as of " + config.profile().name(), bars,
            config.vectors(), msixBar, msixBar == EnaPci.BAR_REGISTERS ? MSIX_OFFSET : 0);
    }

    private static long llqBytes(EnaConfig config) {
        return powerOfTwo((long) config.number(EnaKey.QUEUES) * EnaIo.llqWindow(config.number(EnaKey.LLQ_DEPTH)));
    }

    private static long powerOfTwo(long least) {
        return Long.highestOneBit(Math.max(2, least) - 1) << 1;
    }
}
