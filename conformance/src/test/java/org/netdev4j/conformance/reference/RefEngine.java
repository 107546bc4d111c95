package org.netdev4j.conformance.reference;

import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RssConfig;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Segmenter;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceSettings;

/** What the reference adapter does to frames. Guarded by the device. */
final class RefEngine {
    private static final int FRONT = 64;
    private static final int VID_MASK = 0xfff;

    boolean running;
    private int lastQueue;
    boolean broadcastLost;

    private final RefDevice device;
    private final Memory in = Memory.allocate("reference in", FRONT + WirePort.MAX_FRAME + 64);
    private final Memory out = Memory.allocate("reference out", FRONT + 2 * WirePort.MAX_FRAME);
    private final Memory cut = Memory.allocate("reference cut", FRONT + 2 * WirePort.MAX_FRAME);
    private final ParsedPacket parsed = new ParsedPacket();
    private final Segmenter segmenter = new Segmenter();
    private DeviceSettings settings;
    private Toeplitz.Table toeplitz;
    private int[] table = {0};
    private long sent;

    RefEngine(RefDevice device) {
        this.device = device;
    }

    void program(DeviceSettings to) {
        settings = to;
        if (to.rss().isPresent()) {
            RssConfig rss = to.rss().get();
            toeplitz = Toeplitz.Table.of(rss.key());
            table = rss.table();
        }
    }

    // ---- receive

    void pump() {
        while (running && !device.gone) {
            int length = device.wire.receive(in, FRONT, WirePort.MAX_FRAME);
            if (length == WirePort.EMPTY) {
                return;
            }
            if (device.linkWanted()) {
                accept(FRONT, length);
            }
        }
    }

    private void accept(long at, int length) {
        if (length < Ethernet.HEADER_LENGTH) {
            device.rx[0].counters().errors++;
            return;
        }
        boolean good = PacketParser.parse(in, at, length, parsed);
        if (!wanted(Ethernet.destination(in, at)) || !vlanWanted()) {
            return;
        }
        if (length > settings.mtu() + RefDevice.MAX_L2 && device.defect != Defect.IGNORES_MTU) {
            device.rx[0].counters().errors++;
            return;
        }
        int flags = settings.has(Capability.RX_CHECKSUM) ? checksumFlags(at, good) : 0;
        int hash = hash(at);
        if (settings.has(Capability.RSS_HASH) && settings.rss().isPresent()) {
            flags |= NetBuf.RX_HASH;
        }
        int queue = table[hash & table.length - 1];
        int tci = 0;
        if (settings.has(Capability.RX_VLAN_STRIP) && parsed.vlanCount() > 0) {
            tci = device.defect == Defect.VLAN_LOSES_PRIORITY ? parsed.outerTci() & VID_MASK : parsed.outerTci();
            flags |= NetBuf.RX_VLAN_STRIPPED;
            at = Vlan.remove(in, at);
            length -= Vlan.HEADER_LENGTH;
        }
        if (device.defect == Defect.CORRUPTS_ONE_BYTE && length > 1000) {
            in.putByte(at + 1000, (byte) ~in.getByte(at + 1000));
        }
        if (device.defect == Defect.DUPLICATES && sent++ % 50 == 49) {
            device.rx[queue].place(in, at, length, flags, hash, tci);
        }
        device.rx[queue].place(in, at, length, flags, hash, tci);
    }

    private boolean wanted(long destination) {
        if (settings.promiscuous() || destination == settings.mac().value()) {
            return true;
        }
        if (destination == MacAddress.BROADCAST.value()) {
            return !broadcastLost;
        }
        if (Ethernet.isMulticast(destination)) {
            return settings.allMulticast() || settings.multicast().contains(new MacAddress(destination));
        }
        return settings.unicast().contains(new MacAddress(destination));
    }

    private boolean vlanWanted() {
        return !settings.has(Capability.VLAN_FILTER) || parsed.vlanCount() == 0 || settings.vlans()
            .contains(parsed.outerTci() & VID_MASK);
    }

    private int checksumFlags(long at, boolean good) {
        if (!good && parsed.ipVersion() == 0) {
            return 0;
        }
        boolean transport = parsed.l4Protocol() == IpProtocol.TCP || parsed.l4Protocol() == IpProtocol.UDP;
        int found = PacketChecksums.verify(in, at, parsed);
        int flags = (found & PacketChecksums.L3_GOOD) != 0 ? NetBuf.RX_IP_CHECKSUM_GOOD : 0;
        flags |= (found & PacketChecksums.L3_BAD) != 0 ? NetBuf.RX_IP_CHECKSUM_BAD : 0;
        if (transport && (found & PacketChecksums.L4_GOOD) != 0) {
            flags |= NetBuf.RX_L4_CHECKSUM_GOOD;
        }
        if (transport && (found & PacketChecksums.L4_BAD) != 0) {
            flags |= device.defect == Defect.WRONG_CHECKSUM_FLAG ? NetBuf.RX_L4_CHECKSUM_GOOD
                : NetBuf.RX_L4_CHECKSUM_BAD;
        }
        if (device.defect == Defect.FRAGMENT_FLAGGED && parsed.isFragment()) {
            flags |= NetBuf.RX_L4_CHECKSUM_BAD;
        }
        if (device.defect == Defect.CHECKSUM_OVER_PADDING && transport && parsed.padding() > 0) {
            flags = flags & ~NetBuf.RX_L4_CHECKSUM_GOOD | NetBuf.RX_L4_CHECKSUM_BAD;
        }
        return flags;
    }

    private int hash(long at) {
        if (toeplitz == null || parsed.ipVersion() == 0 || parsed.isMalformed()) {
            return 0;
        }
        boolean v4 = parsed.ipVersion() == 4;
        Set<HashField> fields = settings.rss().orElseThrow().fields().getOrDefault(flowType(v4), Set.of());
        if (fields.isEmpty()) {
            return 0;
        }
        long ip = at + parsed.l3Offset();
        if (fields.contains(HashField.L4_SOURCE)) {
            long l4 = at + parsed.l4Offset();
            return v4 ? toeplitz.ipv4(in, ip, l4) : toeplitz.ipv6(in, ip, l4);
        }
        return v4 ? toeplitz.ipv4(in, ip) : toeplitz.ipv6(in, ip);
    }

    private FlowType flowType(boolean v4) {
        if (parsed.isFragment()) {
            return v4 ? FlowType.IPV4_FRAGMENT : FlowType.IPV6;
        }
        return switch (parsed.l4Protocol()) {
            case IpProtocol.TCP -> v4 ? FlowType.IPV4_TCP : FlowType.IPV6_TCP;
            case IpProtocol.UDP -> v4 ? FlowType.IPV4_UDP : FlowType.IPV6_UDP;
            default -> v4 ? FlowType.IPV4 : FlowType.IPV6;
        };
    }

    // ---- transmit

    /** True unless this adapter can never send such a packet. */
    boolean sendable(NetBuf packet) {
        int length = packet.packetLength();
        int flags = packet.flags();
        boolean tso = (flags & NetBuf.TX_TSO) != 0;
        if (length == 0 || packet.segments() > RefDevice.MAX_SEGMENTS || packet.headroom() < RefDevice.TX_HEADROOM
            || packet.segments() > 1 && !settings.has(Capability.TX_SCATTER_GATHER)) {
            return false;
        }
        if (!tso && length > settings.mtu() + RefDevice.MAX_L2 && device.defect != Defect.IGNORES_MTU || tso
            && length > RefDevice.MAX_TSO) {
            return false;
        }
        boolean v4 = (flags & NetBuf.TX_IPV4) != 0;
        boolean v6 = (flags & NetBuf.TX_IPV6) != 0;
        boolean l4 = (flags & (NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM)) != 0;
        if ((flags & NetBuf.TX_VLAN) != 0 && !settings.has(Capability.TX_VLAN_INSERT)
            || (flags & NetBuf.TX_IP_CHECKSUM) != 0 && !settings.has(Capability.TX_IPV4_CHECKSUM)) {
            return false;
        }
        if (l4 && !settings.has(v6 ? Capability.TX_L4_CHECKSUM_IPV6 : Capability.TX_L4_CHECKSUM_IPV4)
            || tso && !settings.has(v6 ? Capability.TX_TSO_IPV6 : Capability.TX_TSO_IPV4)) {
            return false;
        }
        if ((l4 || tso) && v4 == v6 || tso && packet.segmentSize() == 0) {
            return false;
        }
        int headers = packet.l2Length() + packet.l3Length() + packet.l4Length();
        boolean needsHeaders = l4 || tso || (flags & NetBuf.TX_IP_CHECKSUM) != 0;
        return !needsHeaders || packet.l2Length() >= Ethernet.HEADER_LENGTH && packet.l3Length() >= 20
            && headers <= length;
    }

    /** Sends what was submitted, as far as the wire takes it. */
    void kick(RefTx queue) {
        while (running && !device.gone && !device.silent()) {
            int id = queue.nextSubmitted();
            if (id < 0) {
                return;
            }
            NetBuf packet = queue.packet(id);
            if (packet == null) {
                device.context.fail("transmit queue " + queue.index() + ": a packet was completed before it was sent");
                return;
            }
            if (device.faults.take(FaultKind.DMA_FAULT, false, queue.index()) != null) {
                device.context.fail("DMA fault at 0x" + Long.toHexString(packet.dataIova()));
                return;
            }
            if (!queue.takeOverrun() && !emit(queue, packet)) {
                return;
            }
            queue.complete(id);
        }
    }

    private boolean emit(RefTx queue, NetBuf packet) {
        int length = 0;
        for (NetBuf segment = packet; segment != null; segment = segment.next()) {
            segment.copyTo(0, out, FRONT + length, segment.length());
            length += segment.length();
        }
        if (!device.linkWanted()) {
            return true;
        }
        if (device.defect == Defect.NOT_THREAD_SAFE) {
            // The memory that frames are put together in is shared: another queue may now write to it.
            Thread.yield();
        }
        if (device.defect == Defect.LONG_HEADER_CUT && packet.length() > 96 && packet.next() != null) {
            out.putByte(FRONT + 96, (byte) 0x5a);
        }
        int flags = packet.flags();
        if ((flags & NetBuf.TX_TSO) != 0) {
            return emitSegments(packet, length);
        }
        if ((flags & (NetBuf.TX_IP_CHECKSUM | NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM)) != 0) {
            PacketParser.parse(out, FRONT, length, parsed);
            boolean own = device.defect != Defect.REQUESTS_OF_ANOTHER_QUEUE || lastQueue == queue.index();
            lastQueue = queue.index();
            if (own && (flags & (NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM)) != 0) {
                PacketChecksums.completeL4(out, FRONT, parsed);
                udpZero();
            }
            if ((flags & NetBuf.TX_IP_CHECKSUM) != 0) {
                PacketChecksums.completeL3(out, FRONT, parsed);
            }
        }
        long at = (flags & NetBuf.TX_VLAN) != 0 ? Vlan.insert(out, FRONT, EtherType.VLAN, packet.vlanTci()) : FRONT;
        length += FRONT - (int) at;
        if (device.defect == Defect.PADS_WITH_GARBAGE && length < Ethernet.SHORTEST_FRAME) {
            length = Ethernet.SHORTEST_FRAME;
        }
        return send(queue, out, at, length);
    }

    private void udpZero() {
        long field = FRONT + parsed.l4Offset() + 6;
        if (device.defect == Defect.UDP_ZERO_CHECKSUM && parsed.l4Protocol() == IpProtocol.UDP
            && out.getUnsignedShortBe(field) == 0xffff) {
            out.putShortBe(field, 0);
        }
    }

    private boolean send(RefTx queue, Memory from, long at, int length) {
        if (device.defect == Defect.DUPLICATES && queue.everyNth(50)) {
            device.wire.send(from, at, length);
        }
        return device.wire.send(from, at, length);
    }

    private boolean emitSegments(NetBuf packet, int length) {
        int count = segmenter.start(out, FRONT, length, packet.segmentSize());
        for (int i = 0; i < count; i++) {
            int n = segmenter.next(cut, FRONT);
            if (device.defect == Defect.TSO_FIN_EVERYWHERE) {
                PacketParser.parse(cut, FRONT, n, parsed);
                Tcp.flags(cut, FRONT + parsed.l4Offset(), Tcp.flags(cut, FRONT + parsed.l4Offset()) | 1);
                PacketChecksums.completeL4(cut, FRONT, parsed);
            }
            long at = packet.hasFlags(NetBuf.TX_VLAN) ? Vlan.insert(cut, FRONT, EtherType.VLAN, packet.vlanTci())
                : FRONT;
            device.wire.send(cut, at, n + FRONT - (int) at);
        }
        return true;
    }

    void close() {
        in.close();
        out.close();
        cut.close();
    }
}
