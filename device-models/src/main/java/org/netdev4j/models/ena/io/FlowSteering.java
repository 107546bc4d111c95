package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.platform.memory.Memory;

/** Finds the flow steering rule of a frame: the one of the lowest location that matches. */
final class FlowSteering {
    /** No rule matches. */
    static final int NONE = -1;

    private SteeringRule[] rules = new SteeringRule[0];
    private int count;

    /** Takes the rules from the settings. */
    void update(EnaSettings settings) {
        SteeringRule[] all = settings.flowRules;
        rules = new SteeringRule[all.length];
        count = 0;
        for (SteeringRule rule : all) {
            if (rule != null) {
                rules[count++] = rule;
            }
        }
    }

    /** The number of the queue that a frame goes to by rule, or {@link #NONE}. */
    int queue(Memory frame, ParsedPacket p) {
        for (int i = 0; i < count; i++) {
            if (matches(rules[i], frame, p)) {
                return rules[i].queue();
            }
        }
        return NONE;
    }

    private static boolean matches(SteeringRule rule, Memory frame, ParsedPacket p) {
        int type = rule.flowType();
        boolean ipv4 = type == FlowRule.TYPE_IPV4 || type == FlowRule.TYPE_IPV4_TCP || type == FlowRule.TYPE_IPV4_UDP;
        if (p.ipVersion() != (ipv4 ? 4 : 6)) {
            return false;
        }
        FlowRule fields = rule.fields();
        if (type != FlowRule.TYPE_IPV4 && type != FlowRule.TYPE_IPV6) {
            boolean tcp = type == FlowRule.TYPE_IPV4_TCP || type == FlowRule.TYPE_IPV6_TCP;
            if (p.l4Protocol() != (tcp ? IpProtocol.TCP : IpProtocol.UDP) || !ports(fields, frame, p)) {
                return false;
            }
        }
        long ip = p.l3Offset();
        int width = ipv4 ? Integer.BYTES : Ipv6.ADDRESS_LENGTH;
        int tos = ipv4 ? frame.getUnsignedByte(ip + Ipv4.DSCP_ECN_OFFSET) : Ipv6.trafficClass(frame, ip);
        return ((tos ^ fields.tos()) & fields.tosMask()) == 0
            && address(fields.srcIp(), fields.srcIpMask(), frame,
                ip + (ipv4 ? Ipv4.SOURCE_OFFSET : Ipv6.SOURCE_OFFSET), width)
            && address(fields.dstIp(), fields.dstIpMask(), frame,
                ip + (ipv4 ? Ipv4.DESTINATION_OFFSET : Ipv6.DESTINATION_OFFSET), width);
    }

    // A rule that names ports does not match a packet that has none.
    private static boolean ports(FlowRule fields, Memory frame, ParsedPacket p) {
        if ((fields.srcPortMask() | fields.dstPortMask()) == 0) {
            return true;
        }
        if (!p.hasPorts() || p.isFragment()) {
            return false;
        }
        int source = frame.getUnsignedShortBe(p.l4Offset());
        int destination = frame.getUnsignedShortBe(p.l4Offset() + 2L);
        return ((source ^ fields.srcPort()) & fields.srcPortMask()) == 0
            && ((destination ^ fields.dstPort()) & fields.dstPortMask()) == 0;
    }

    private static boolean address(byte[] wanted, byte[] mask, Memory frame, long at, int width) {
        for (int i = 0; i < width; i++) {
            if (((frame.getByte(at + i) ^ wanted[i]) & mask[i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
