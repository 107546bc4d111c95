package org.netdev4j.cli.app;

import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.PacketMeta;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Udp;

/**
 * Between a device that checks TCP and UDP checksums and one that makes them: takes the sums out of packets that the one found good, for
 * the other to put them in again, and drops what the one found bad. One thread; allocates nothing.
 */
final class ChecksumHandover {
    private static final int BAD = PacketMeta.RX_IP_CHECKSUM_BAD | PacketMeta.RX_L4_CHECKSUM_BAD;

    private final ParsedPacket parsed = new ParsedPacket();
    private final boolean v4;
    private final boolean v6;
    private long offloaded;
    private long unchecked;
    private long bad;

    private ChecksumHandover(boolean v4, boolean v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    /** From one device to another. */
    static ChecksumHandover between(OpenDevice from, OpenDevice to) {
        require(from, Capability.RX_CHECKSUM, "checks no checksums of what it receives");
        boolean v4 = to.dev().offloads().contains(Capability.TX_L4_CHECKSUM_IPV4);
        boolean v6 = to.dev().offloads().contains(Capability.TX_L4_CHECKSUM_IPV6);
        if (!v4 && !v6) {
            require(to, Capability.TX_L4_CHECKSUM_IPV4, "makes no checksums of what it sends");
        }
        return new ChecksumHandover(v4, v6);
    }

    private static void require(OpenDevice device, Capability offload, String what) {
        if (!device.dev().offloads().contains(offload)) {
            throw new ConfigException("option --checksums: " + device.name() + " " + what + ": " + (device.dev().info().has(offload)
                ? "the offload is off" : "the device has no such offload"));
        }
    }

    /** Treats a burst; packets that are bad are freed and the others moved up. Returns how many are left. */
    int apply(NetBuf[] burst, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            NetBuf packet = burst[i];
            if ((packet.flags() & BAD) != 0) {
                bad++;
                packet.free();
            } else {
                handOver(packet);
                burst[kept++] = packet;
            }
        }
        return kept;
    }

    private void handOver(NetBuf packet) {
        // Of a packet in several buffers only the first is looked at; its lengths are right, or the device had not found it good.
        boolean whole = packet.next() == null
            ? PacketParser.parse(packet.memory(), packet.dataOffset(), packet.length(), parsed)
            : PacketParser.parseUnsegmented(packet.memory(), packet.dataOffset(), packet.length(), parsed);
        int protocol = parsed.l4Protocol();
        boolean tcp = protocol == IpProtocol.TCP;
        if (!whole || !tcp && protocol != IpProtocol.UDP || parsed.isFragment() || !(parsed.ipVersion() == 4 ? v4 : v6)) {
            return;
        }
        if (!packet.hasFlags(PacketMeta.RX_L4_CHECKSUM_GOOD)) {
            unchecked++;
            return;
        }
        long l4 = packet.dataOffset() + parsed.l4Offset();
        if (tcp) {
            Tcp.checksum(packet.memory(), l4, 0);
        } else if (Udp.checksum(packet.memory(), l4) == 0) {
            return; // a UDP packet without a checksum stays one
        } else {
            Udp.checksum(packet.memory(), l4, 0);
        }
        packet.headerLengths(parsed.l2Length(), parsed.l3Length(), parsed.l4Length());
        packet.addFlags((tcp ? PacketMeta.TX_TCP_CHECKSUM : PacketMeta.TX_UDP_CHECKSUM)
            | (parsed.ipVersion() == 4 ? PacketMeta.TX_IPV4 : PacketMeta.TX_IPV6));
        offloaded++;
    }

    /** Packets whose checksum the sending device made. */
    long offloaded() {
        return offloaded;
    }

    /** TCP and UDP packets that the receiving device said nothing of, and which went on as they were. */
    long unchecked() {
        return unchecked;
    }

    /** Packets dropped. */
    long bad() {
        return bad;
    }
}
