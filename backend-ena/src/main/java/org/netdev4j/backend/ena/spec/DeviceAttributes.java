package org.netdev4j.backend.ena.spec;

import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.memory.Memory;

/**
 * What the device is: the answer to {@link FeatureId#DEVICE_ATTRIBUTES} [AMZN ena_admin_defs.h, struct
 * ena_admin_device_attr_feature_desc].
 *
 * @param implId implementation
 * @param deviceVersion version of the device
 * @param supportedFeatures bits of {@link FeatureId}
 * @param capabilities of the constants here
 * @param physAddrWidth bits of a physical address
 * @param virtAddrWidth bits of a virtual address
 * @param mac address of the port
 * @param flowSteeringMaxEntries flow steering rules; 0 before that feature
 * @param maxMtu greatest MTU, without the Ethernet header
 */
public record DeviceAttributes(int implId, int deviceVersion, int supportedFeatures, int capabilities, int physAddrWidth,
                               int virtAddrWidth, MacAddress mac, int flowSteeringMaxEntries, int maxMtu) {
    /** Size. */
    public static final int BYTES = 36;
    /** Capability: statistics of the instance's allowances, {@link EniStats}. */
    public static final int CAP_ENI_STATS = 1;
    /** Capability: {@link SrdStats}. */
    public static final int CAP_ENA_SRD_INFO = 1 << 1;
    /** Capability: metrics asked for one by one. */
    public static final int CAP_CUSTOMER_METRICS = 1 << 2;
    /** Capability: reset reasons above 15. */
    public static final int CAP_EXTENDED_RESET_REASONS = 1 << 3;
    /** Capability: reserved bits of completions are zero. */
    public static final int CAP_CDESC_MBZ = 1 << 4;

    private static final int MAC_BYTES = 6;

    /** Reads it. */
    public static DeviceAttributes read(Memory memory, long at) {
        return new DeviceAttributes(memory.getInt(at), memory.getInt(at + 4), memory.getInt(at + 8),
            memory.getInt(at + 12), memory.getInt(at + 16), memory.getInt(at + 20), mac(memory, at + 24),
            memory.getUnsignedShort(at + 30), memory.getInt(at + 32));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, implId);
        memory.putInt(at + 4, deviceVersion);
        memory.putInt(at + 8, supportedFeatures);
        memory.putInt(at + 12, capabilities);
        memory.putInt(at + 16, physAddrWidth);
        memory.putInt(at + 20, virtAddrWidth);
        memory.copyFrom(at + 24, mac.bytes(), 0, MAC_BYTES);
        memory.putShort(at + 30, (short) flowSteeringMaxEntries);
        memory.putInt(at + 32, maxMtu);
    }

    private static MacAddress mac(Memory memory, long at) {
        byte[] bytes = new byte[MAC_BYTES];
        memory.copyTo(at, bytes, 0, MAC_BYTES);
        return MacAddress.of(bytes, 0);
    }

    /** True if the device has a feature. */
    public boolean has(FeatureId feature) {
        return feature == FeatureId.DEVICE_ATTRIBUTES || (supportedFeatures & feature.bit()) != 0;
    }

    /** True if the device has a capability. */
    public boolean can(int capability) {
        return (capabilities & capability) != 0;
    }
}
