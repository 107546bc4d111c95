package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The control buffer of {@link FeatureId#FLOW_STEERING_CONFIG}: what packets of a rule look like [AMZN ena_admin_defs.h,
 * struct ena_admin_flow_steering_rule_params]. Addresses are in network byte order, ports little-endian [AMZN
 * kernel/linux/ena/ena_ethtool.c]; of an IPv4 address the first four bytes count; bits that are 0 in a mask match
 * anything.
 *
 * @param dstIp       16 bytes
 * @param dstIpMask   16 bytes
 * @param srcIp       16 bytes
 * @param srcIpMask   16 bytes
 * @param dstPort     port
 * @param dstPortMask its mask
 * @param srcPort     port
 * @param srcPortMask its mask
 * @param tos         type of service or traffic class
 * @param tosMask     its mask
 */
public record FlowRule(byte[] dstIp, byte[] dstIpMask, byte[] srcIp, byte[] srcIpMask, int dstPort, int dstPortMask,
                       int srcPort, int srcPortMask, int tos, int tosMask) {
    /** Size. */
    public static final int BYTES = 128;

    /** Type: IPv4. */
    public static final int TYPE_IPV4 = 1;
    /** Type: IPv6. */
    public static final int TYPE_IPV6 = 2;
    /** Type: TCP over IPv4. */
    public static final int TYPE_IPV4_TCP = 3;
    /** Type: TCP over IPv6. */
    public static final int TYPE_IPV6_TCP = 4;
    /** Type: UDP over IPv4. */
    public static final int TYPE_IPV4_UDP = 5;
    /** Type: UDP over IPv6. */
    public static final int TYPE_IPV6_UDP = 6;

    private static final int IP_BYTES = 16;

    /** Reads it. */
    public static FlowRule read(Memory memory, long at) {
        return new FlowRule(ip(memory, at), ip(memory, at + 16), ip(memory, at + 32), ip(memory, at + 48),
            memory.getUnsignedShort(at + 64), memory.getUnsignedShort(at + 66), memory.getUnsignedShort(at + 68),
            memory.getUnsignedShort(at + 70), memory.getUnsignedByte(at + 72), memory.getUnsignedByte(at + 73));
    }

    private static byte[] ip(Memory memory, long at) {
        byte[] bytes = new byte[IP_BYTES];
        memory.copyTo(at, bytes, 0, IP_BYTES);
        return bytes;
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.copyFrom(at, dstIp, 0, IP_BYTES);
        memory.copyFrom(at + 16, dstIpMask, 0, IP_BYTES);
        memory.copyFrom(at + 32, srcIp, 0, IP_BYTES);
        memory.copyFrom(at + 48, srcIpMask, 0, IP_BYTES);
        memory.putShort(at + 64, (short) dstPort);
        memory.putShort(at + 66, (short) dstPortMask);
        memory.putShort(at + 68, (short) srcPort);
        memory.putShort(at + 70, (short) srcPortMask);
        memory.putByte(at + 72, (byte) tos);
        memory.putByte(at + 73, (byte) tosMask);
    }
}
