package org.netdev4j.cli.app;

import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.PacketMeta;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Tcp;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;

/**
 * TCP packets, as long as asked for, of which the device is to make segments. Each flow is a stream: its sequence numbers go on from packet
 * to packet.
 */
final class TsoTraffic implements Traffic {
    /** Most bytes of one buffer: packets of 64 KiB come in a handful of them, as they do from applications. */
    private static final int MOST_ROOM = 16_384;
    private static final int HEADERS = Ethernet.HEADER_LENGTH + Ipv6.HEADER_LENGTH + Tcp.HEADER_LENGTH;
    private static final int PORTS = 65_536;

    private final Memory template;
    private final int size;
    private final int segment;
    private final int l3;
    private final int family;
    private final int firstPort;
    private final int flows;
    private final int first;
    private final int step;
    private int flow;
    private int round;

    /**
     * Traffic.
     *
     * @param plan    what packets look like; of one size
     * @param segment payload bytes of a segment
     * @param first   flow with which this begins
     * @param step    every how manieth flow is in this
     */
    TsoTraffic(FlowPlan plan, int segment, int first, int step) {
        this.segment = segment;
        this.size = plan.sizes().longest();
        this.firstPort = plan.sourcePort();
        this.flows = plan.flows();
        this.first = first;
        this.step = step;
        this.flow = first - step;
        PacketBuilder builder = new PacketBuilder(plan.sourceMac(), plan.destinationMac());
        if (plan.source() instanceof IpPrefix.V4 from && plan.destination() instanceof IpPrefix.V4 to) {
            builder.ipv4(from.address(), to.address());
            l3 = Ipv4.HEADER_LENGTH;
            family = PacketMeta.TX_IPV4;
        } else if (plan.source() instanceof IpPrefix.V6 from && plan.destination() instanceof IpPrefix.V6 to) {
            builder.ipv6(from.address(), to.address());
            l3 = Ipv6.HEADER_LENGTH;
            family = PacketMeta.TX_IPV6;
        } else {
            throw new IllegalArgumentException("addresses of two families: " + plan.source() + " and " + plan.destination());
        }
        RandomSource random = RandomSource.seeded(plan.seed());
        byte[] payload = new byte[size - Ethernet.HEADER_LENGTH - l3 - Tcp.HEADER_LENGTH];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) random.nextInt();
        }
        template = Memory.allocate("packet to generate", size);
        builder.tcp(firstPort, plan.destinationPort(), 0, 1, Tcp.ACK | Tcp.PSH).payload(payload).writeTo(template, 0);
    }

    /** Refuses what the device cannot do. */
    static void require(NetDev dev, Config config) {
        Capability tso = config.get(Keys.GENERATE_SRC_IP) instanceof IpPrefix.V6 ? Capability.TX_TSO_IPV6 : Capability.TX_TSO_IPV4;
        if (!dev.offloads().contains(tso)) {
            throw config.refused(Keys.GENERATE_TSO.path(), dev.info().has(tso)
                ? "the offload " + tso.label() + " of " + dev.name() + " is off"
                : dev.name() + " has no offload " + tso.label(), null);
        }
        int size = config.get(Keys.GENERATE_SIZE).longest();
        if (config.get(Keys.GENERATE_SIZE).shortest() != size || size <= HEADERS || size > dev.info().maxTsoLength()) {
            throw config.refused(Keys.GENERATE_SIZE.path(), "segmentation takes packets of one size, from " + (HEADERS + 1) + " to "
                + dev.info().maxTsoLength() + " bytes on " + dev.name(), null);
        }
        int most = dev.mtu() - (tso == Capability.TX_TSO_IPV6 ? Ipv6.HEADER_LENGTH : Ipv4.HEADER_LENGTH) - Tcp.HEADER_LENGTH;
        if (config.get(Keys.GENERATE_TSO) > most) {
            throw config.refused(Keys.GENERATE_TSO.path(), "a segment may have " + most + " bytes of payload at the MTU of " + dev.name()
                + ", " + dev.mtu(), null);
        }
    }

    /** Room that buffers should have. */
    static int dataRoom(Config config) {
        return Math.clamp(config.get(Keys.GENERATE_SIZE).longest(), NetBufPool.STANDARD_DATA_ROOM, MOST_ROOM);
    }

    @Override
    public boolean advance() {
        flow += step;
        if (flow >= flows) {
            flow = first;
            round++;
        }
        return true;
    }

    @Override
    public int length() {
        return size;
    }

    @Override
    public long capturedNanos() {
        return 0;
    }

    @Override
    public boolean fill(NetBuf buffer, NetBufPool pool) {
        int done = 0;
        NetBuf last = buffer;
        while (true) {
            int here = Math.min(last.tailroom(), size - done);
            last.copyFrom(last.append(here), template, done, here);
            done += here;
            if (done == size) {
                break;
            }
            NetBuf next = pool.allocate();
            if (next == null) {
                giveBack(buffer);
                return false;
            }
            last.chain(next);
            last = next;
        }
        long tcp = buffer.dataOffset() + Ethernet.HEADER_LENGTH + l3;
        Tcp.sourcePort(buffer.memory(), tcp, (firstPort + flow) % PORTS);
        Tcp.sequence(buffer.memory(), tcp, 1 + round * (size - Ethernet.HEADER_LENGTH - l3 - Tcp.HEADER_LENGTH));
        buffer.headerLengths(Ethernet.HEADER_LENGTH, l3, Tcp.HEADER_LENGTH);
        buffer.setSegmentSize(segment);
        buffer.addFlags(PacketMeta.TX_TSO | family);
        return true;
    }

    private static void giveBack(NetBuf buffer) {
        NetBuf rest = buffer.unchain();
        if (rest != null) {
            rest.free();
        }
    }

    @Override
    public void close() {
        template.close();
    }
}
