package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.ProtoIndex;
import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.ParsedPacket.Problem;
import org.netdev4j.platform.memory.Memory;

/**
 * What a received frame's last completion says of it: protocols, tags, checksums.
 *
 * <p>An IPv4 header checksum that was not looked at is reported as wrong, as the definition demands; a TCP or UDP checksum
 * that was not looked at as neither. A fragment's transport protocol is reported and its checksum is not; of IPv6
 * fragments the protocol is unknown.
 */
final class RxParser {
    private final EnaSettings settings;

    RxParser(EnaSettings settings) {
        this.settings = settings;
    }

    /** The status word without phase, first, last and buffer. */
    int status(Memory frame, ParsedPacket p) {
        int vlans = p.vlanCount();
        if (p.ipVersion() == 0) {
            return RxCompletion.word0(ProtoIndex.UNKNOWN, vlans, ProtoIndex.UNKNOWN, 0);
        }
        int found = PacketChecksums.verify(frame, 0, p);
        int flags = 0;
        boolean ipv4 = p.ipVersion() == 4;
        if (ipv4) {
            boolean good = enabled(OffloadConfig.RX_L3_CSUM_IPV4) && (found & PacketChecksums.L3_GOOD) != 0;
            flags = (good ? 0 : RxCompletion.L3_CSUM_ERR) | (p.isFragment() ? RxCompletion.IPV4_FRAG : 0);
        }
        int l4 = transport(p, ipv4);
        boolean asked = enabled(ipv4 ? OffloadConfig.RX_L4_IPV4_CSUM : OffloadConfig.RX_L4_IPV6_CSUM);
        if (l4 != ProtoIndex.UNKNOWN && asked) {
            flags |= switch (found & (PacketChecksums.L4_GOOD | PacketChecksums.L4_BAD)) {
                case PacketChecksums.L4_GOOD -> RxCompletion.L4_CSUM_CHECKED;
                case PacketChecksums.L4_BAD -> RxCompletion.L4_CSUM_CHECKED | RxCompletion.L4_CSUM_ERR;
                default -> 0;
            };
        }
        return RxCompletion.word0(ipv4 ? ProtoIndex.L3_IPV4 : ProtoIndex.L3_IPV6, vlans, l4, flags);
    }

    private static int transport(ParsedPacket p, boolean ipv4) {
        if (p.isFragment() && !ipv4 || p.isMalformed() && p.problem() != Problem.UDP_LENGTH) {
            return ProtoIndex.UNKNOWN;
        }
        return switch (p.l4Protocol()) {
            case IpProtocol.TCP -> ProtoIndex.L4_TCP;
            case IpProtocol.UDP -> ProtoIndex.L4_UDP;
            default -> ProtoIndex.UNKNOWN;
        };
    }

    private boolean enabled(int bit) {
        return (settings.rxOffloads & bit) != 0;
    }
}
