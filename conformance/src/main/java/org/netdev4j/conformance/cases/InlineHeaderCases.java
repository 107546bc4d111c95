package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;

/**
 * Transmit: devices into which the driver writes the head of each packet, whose room for it has an end,
     and whose memory of the
 * packet before has to be right.
 */
final class InlineHeaderCases {
    private static final int[] LENGTHS = {1, 14, 54, 64, 95, 96, 97, 128, 223, 224, 225, 256};

    @ConformanceCase(id = "TX-031", needs = Capability.TX_SCATTER_GATHER,
        value = "A first buffer as long as what devices take inline, or one byte more or less, leaves whole, alone "
            + "and with others "
            + "behind it.",
        source = "NEEDS-ENA 34 (amzn/amzn-drivers#329, #274, #360): 96 and 224 bytes of LLQ entries; header that "
            + "spills into a "
            + "second buffer",
        ifItFails = "the part that is pushed and the part that is read by DMA must meet without gap or overlap")
    void firstBuffer(Bench bench) {
        bench.up(1);
        for (int first : LENGTHS) {
            Frame alone = bench.fromDevice().frameLength(Math.max(60, first), bench.random()).build();
            Frame followed = bench.fromDevice().frameLength(first + 300, bench.random()).build();
            Frame twice = bench.fromDevice().frameLength(first + 301, bench.random()).build();
            bench.tx(0).send(bench.packet(alone.bytes()), bench.chain(followed.bytes(), first),
                bench.chain(twice.bytes(), first, first + 1));
            bench.far().expect(alone, followed, twice);
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-012", needs = {Capability.TX_L4_CHECKSUM_IPV4, Capability.TX_SCATTER_GATHER},
        value = "Headers of any length get their checksums, whether they fit into what the device takes inline or "
            + "not, and wherever "
            + "they are cut.",
        source = "NEEDS-ENA 34: headers of 95, 96, 97, 223, 224 and 225 bytes, split over buffers",
        ifItFails = "the header that the device parses must be where it looks for it: all of it inline, or none")
    void longHeaders(Bench bench) {
        bench.up(1);
        for (int options = 0; options <= 40; options += 4) {
            for (int tcpOptions : new int[] {0, 4, 20, 36, 40}) {
                Frame frame = bench.fromDevice().ipOptions(options).tcp(80, options).tcpOptions(tcpOptions)
                    .payload(200, bench.random()).build();
                for (int cut : new int[] {0, frame.l2(), frame.l4At(), frame.payloadAt() - 1, frame.payloadAt(), 95, 96,
                    97}) {
                    Frame spoilt = frame.withWord(frame.l4ChecksumAt(), bench.random().nextInt());
                    NetBuf packet = cut == 0 ? bench.packet(spoilt.bytes()) : bench.chain(spoilt.bytes(), cut);
                    packet.setFlags(TxChecksumCases.l4Request(frame));
                    packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
                    bench.tx(0).send(packet);
                    bench.far().expect(frame);
                }
            }
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-032",
        value = "Bursts of every length leave at once and whole, without another call.",
        source = "NEEDS-ENA 31: doorbell rung twice when the burst limit is hit exactly; the last of a burst stuck "
            + "because it was "
            + "never rung; entries of a burst miscounted",
        ifItFails = "ring when the limit is reached and at the end of the burst, unless nothing came since the last ring")
    void everyBurst(Bench bench) {
        bench.up(1);
        int longest = Math.min(64, bench.device().txQueue(0).ringSize() / 2);
        for (int length = 1; length <= longest; length++) {
            List<Frame> frames = new ArrayList<>();
            NetBuf[] burst = new NetBuf[length];
            for (int i = 0; i < length; i++) {
                Frame frame = bench.fromDevice().udp(length, i).payload(20 + i, bench.random()).build();
                frames.add(frame);
                burst[i] = i % 5 == 4 && bench.info().has(Capability.TX_SCATTER_GATHER) ? bench.chain(frame.bytes(), 30, 45)
                    : bench.packet(frame.bytes());
            }
            int taken = BurstStatus.count(bench.device().txQueue(0).transmit(burst, 0, length));
            Check.equal(length, taken, "packets taken of a burst of " + length + " by an empty queue");
            bench.far().expect(frames);
            bench.tx(0).finish();
        }
    }

    @ConformanceCase(id = "OF-013", txQueues = 2, rxQueues = 2, needs = {Capability.TX_L4_CHECKSUM_IPV4,
        Capability.TX_L4_CHECKSUM_IPV6},
        value = "Packets with and without requests, of different headers, in turn on several queues, each get what "
            + "they asked for.",
        source = "NEEDS-ENA 32 (F2.1.1, F2.4.1, L2.2.4): meta descriptor caching and several queues, a race corrupted data",
        ifItFails = "what a device remembers of the packet before belongs to one queue, and is forgotten when the "
            + "queue is made anew")
    void requestsInTurn(Bench bench) {
        int pairs = Math.min(4, Math.min(bench.info().maxTxQueues(), bench.info().maxRxQueues()));
        bench.up(DeviceConfig.queues(pairs));
        for (int round = 0; round < 60; round++) {
            List<List<Frame>> sent = new ArrayList<>();
            for (int queue = 0; queue < pairs; queue++) {
                List<Frame> frames = new ArrayList<>();
                NetBuf[] burst = new NetBuf[3];
                for (int i = 0; i < burst.length; i++) {
                    Frame frame = shape(bench, (round + queue * 5 + i) % 7, 100 * queue + i);
                    frames.add(frame);
                    boolean asks = frame.l4() > 0 && (round + i) % 3 != 0;
                    burst[i] = asks ? TxChecksumCases.asking(bench, frame, false, true) : bench.packet(frame.bytes());
                }
                bench.tx(queue).send(burst);
                sent.add(frames);
            }
            expectAll(bench, sent, round);
            if (round == 30 && bench.info().has(Capability.RESET)) {
                bench.device().reset();
            }
        }
    }

    private static Frame shape(Bench bench, int kind, int port) {
        Packet packet = bench.fromDevice();
        switch (kind) {
            case 0 -> packet.tcp(port, 1);
            case 1 -> packet.udp(port, 1).ipOptions(8);
            case 2 -> packet.ip6().tcp(port, 2).tcpOptions(12);
            case 3 -> packet.raw(0x88b5);
            case 4 -> packet.ip6().udp(port, 3);
            case 5 -> packet.tag(7).tcp(port, 4).tcpOptions(40);
            default -> packet.udp(port, 5);
        }
        return packet.payload(60 + kind, bench.random()).build();
    }

    /** Each queue's frames come in the queue's order; queues may overtake one another. */
    private static void expectAll(Bench bench, List<List<Frame>> sent, int round) {
        int[] next = new int[sent.size()];
        int count = sent.stream().mapToInt(List::size).sum();
        for (byte[] came : bench.far().receive(count)) {
            boolean found = false;
            for (int queue = 0; queue < next.length && !found; queue++) {
                List<Frame> frames = sent.get(queue);
                if (next[queue] < frames.size() && Arrays.equals(frames.get(next[queue]).bytes(), came)) {
                    next[queue]++;
                    found = true;
                }
            }
            Check.that(found, "round " + round + ": a frame of " + came.length
                + " bytes came that no queue sent so, or not next: its checksum or content is another's");
        }
    }
}
