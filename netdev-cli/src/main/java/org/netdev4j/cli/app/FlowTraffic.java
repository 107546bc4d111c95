package org.netdev4j.cli.app;

import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Udp;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;

/**
 * UDP frames of some sizes and flows, made from a template of each size. The first 8 bytes of payload are the number of the frame in its
 * worker's share, the rest follows from the seed.
 */
final class FlowTraffic implements Traffic {
    /** Shortest frame over IPv6: headers and the 8 bytes of its number. */
    static final int SHORTEST_V6 = Ethernet.HEADER_LENGTH + Ipv6.HEADER_LENGTH + Udp.HEADER_LENGTH + Long.BYTES;

    private static final int PORTS = 65_536;

    private final Memory templates;
    private final int[] sizes;
    private final int[] offsets;
    private final boolean v6;
    private final int udp;
    private final int firstPort;
    private final int source4;
    private final long source6;
    private final int flows;
    private final int first;
    private final int step;
    private int flow;
    private int turn = -1;
    private long number = -1;

    /**
     * Traffic.
     *
     * @param plan  what frames look like
     * @param first flow with which this begins
     * @param step  every how manieth flow is in this
     */
    FlowTraffic(FlowPlan plan, int first, int step) {
        this.v6 = plan.source() instanceof IpPrefix.V6;
        this.udp = Ethernet.HEADER_LENGTH + (v6 ? Ipv6.HEADER_LENGTH : Ipv4.HEADER_LENGTH);
        this.firstPort = plan.sourcePort();
        this.source4 = plan.source() instanceof IpPrefix.V4 a ? a.address().value() : 0;
        this.source6 = plan.source() instanceof IpPrefix.V6 a ? a.address().low() : 0;
        this.flows = plan.flows();
        this.first = first;
        this.step = step;
        this.flow = first - step;
        RandomSource random = RandomSource.seeded(plan.seed());
        this.sizes = shuffled(plan.sizes().cycle().stream().mapToInt(Integer::intValue).toArray(), random);
        this.offsets = new int[sizes.length];
        int total = 0;
        for (int i = 0; i < sizes.length; i++) {
            offsets[i] = total;
            total += sizes[i];
        }
        this.templates = Memory.allocate("frames to generate", total);
        for (int i = 0; i < sizes.length; i++) {
            template(plan, random, sizes[i]).writeTo(templates, offsets[i]);
        }
    }

    private static int[] shuffled(int[] values, RandomSource random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return values;
    }

    private PacketBuilder template(FlowPlan plan, RandomSource random, int size) {
        PacketBuilder builder = new PacketBuilder(plan.sourceMac(), plan.destinationMac());
        if (plan.source() instanceof IpPrefix.V4 from && plan.destination() instanceof IpPrefix.V4 to) {
            builder.ipv4(from.address(), to.address());
        } else if (plan.source() instanceof IpPrefix.V6 from && plan.destination() instanceof IpPrefix.V6 to) {
            builder.ipv6(from.address(), to.address());
        } else {
            throw new IllegalArgumentException("addresses of two families: " + plan.source() + " and " + plan.destination());
        }
        byte[] payload = new byte[size - udp - Udp.HEADER_LENGTH];
        for (int i = Long.BYTES; i < payload.length; i++) {
            payload[i] = (byte) random.nextInt();
        }
        return builder.udp(firstPort, plan.destinationPort()).payload(payload);
    }

    @Override
    public boolean advance() {
        number++;
        turn = turn + 1 == sizes.length ? 0 : turn + 1;
        flow += step;
        if (flow >= flows) {
            flow = first;
        }
        return true;
    }

    @Override
    public int length() {
        return sizes[turn];
    }

    @Override
    public long capturedNanos() {
        return 0;
    }

    @Override
    public boolean fill(NetBuf buffer, NetBufPool pool) {
        int size = sizes[turn];
        buffer.append(size);
        buffer.copyFrom(0, templates, offsets[turn], size);
        Memory m = buffer.memory();
        long at = buffer.dataOffset();
        int port = (firstPort + flow) % PORTS;
        int round = (firstPort + flow) / PORTS;
        int checksum = Checksum.update(Udp.checksum(m, at + udp), firstPort, port);
        checksum = Checksum.updateLong(checksum, 0, number);
        if (round > 0) {
            checksum = source(m, at + Ethernet.HEADER_LENGTH, checksum, round);
        }
        Udp.sourcePort(m, at + udp, port);
        Udp.checksum(m, at + udp, Checksum.zeroToOnes(checksum));
        m.putLongBe(at + udp + Udp.HEADER_LENGTH, number);
        return true;
    }

    /** Ports are used up: the address changes with the flow, too. */
    private int source(Memory m, long ip, int checksum, int round) {
        if (v6) {
            Ipv6.source(m, ip, Ipv6.sourceHigh(m, ip), source6 + round);
            return Checksum.updateLong(checksum, source6, source6 + round);
        }
        Ipv4.source(m, ip, source4 + round);
        Ipv4.checksum(m, ip, Checksum.updateInt(Ipv4.checksum(m, ip), source4, source4 + round));
        return Checksum.updateInt(checksum, source4, source4 + round);
    }

    @Override
    public void close() {
        templates.close();
    }
}
