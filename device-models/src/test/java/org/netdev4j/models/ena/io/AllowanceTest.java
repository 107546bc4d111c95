package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;

/** What an instance may send and receive per second. */
class AllowanceTest {
    private static final byte[] FRAME = Frames.in().etherType(0x88b5).payload(Frames.payload(986)).bytes();

    private final IoRig rig = new IoRig();
    private final TxSide tx = rig.tx(64);
    private final RxSide rx = rig.rx(1024);

    AllowanceTest() {
        rx.fill(900, 2048);
        rig.settings.allowanceBurstMicros = 1_000_000;
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void apply() {
        rig.io.settingsChanged();
    }

    private void send(byte[] frame, int count) {
        for (int i = 0; i < count; i++) {
            tx.send(frame, i & 63);
            assertEquals(1, tx.completed().size());
        }
    }

    @Test
    void bytesOut_areDroppedCompletedAndCounted() {
        rig.settings.bytesOutPerSecond = 10_000;
        apply();
        send(FRAME, 20);
        assertEquals(10, rig.wire.sent.size());
        assertEquals(10, rig.io.counters().bwOutExceeded);
        assertEquals(10, rig.io.counters().txDrops);
        rig.pass(500_000_000);
        send(FRAME, 20);
        assertEquals(15, rig.wire.sent.size());
        rig.pass(100_000_000_000L);
        send(FRAME, 20);
        assertEquals(25, rig.wire.sent.size(), "no more than a second is saved");
    }

    @Test
    void bytesIn_areDroppedAndCounted() {
        rig.settings.bytesInPerSecond = 5_000;
        apply();
        for (int i = 0; i < 8; i++) {
            rx.arrive(FRAME);
        }
        assertEquals(5, rx.all().size());
        assertEquals(3, rig.io.counters().bwInExceeded);
        assertEquals(3, rig.io.counters().rxDrops);
    }

    @Test
    void packets_countBothWays() {
        rig.settings.packetsPerSecond = 6;
        apply();
        send(FRAME, 4);
        for (int i = 0; i < 4; i++) {
            rx.arrive(FRAME);
        }
        assertEquals(4, rig.wire.sent.size());
        assertEquals(2, rx.all().size());
        assertEquals(2, rig.io.counters().ppsExceeded);
    }

    @Test
    void segments_countOneByOne() {
        rig.settings.packetsPerSecond = 10;
        apply();
        byte[] big = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).tcp(1, 2, 3, 4, 16).payload(Frames.payload(9_000)).bytes();
        tx.meta(TxSide.FIRST, 1000, 14, 20, 5);
        tx.data(TxSide.LAST | TxSide.COMP_REQ, rig.put(big), big.length, 1, 8 | 12 << 8 | 1 << 4 | 1 << 7 | 3 << 13);
        tx.go();
        tx.completed();
        assertEquals(9, rig.wire.sent.size());
        send(FRAME, 5);
        assertEquals(10, rig.wire.sent.size());
    }

    @Test
    void fragmentsThatGoOut_haveTheirOwn_unlessBypassed() {
        byte[] fragment = Frames.in().ipv4(Frames.IP_1, Frames.IP_2).udp(1, 2).bytes();
        fragment[20] = 0x20;
        rig.settings.fragmentsPerSecond = 2;
        apply();
        send(fragment, 5);
        send(FRAME, 1);
        assertEquals(3, rig.wire.sent.size());
        assertEquals(3, rig.io.counters().ppsExceeded);
        rx.arrive(fragment);
        assertEquals(1, rx.all().size());
        rig.settings.fragBypass = true;
        apply();
        send(fragment, 5);
        assertEquals(8, rig.wire.sent.size());
    }

    @Test
    void linkLocalServices_haveTheirOwn() {
        rig.settings.linkLocalPerSecond = 3;
        apply();
        byte[] dns = Frames.out().ipv4(Frames.IP_2, Ipv4Address.parse("169.254.169.253")).udp(1, 53).bytes();
        byte[] time = Frames.out().ipv6(Frames.IP6_2, Ipv6Address.parse("fd00:ec2::123")).udp(1, 123).bytes();
        byte[] other = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(1, 2).bytes();
        send(dns, 2);
        send(time, 2);
        send(other, 2);
        assertEquals(5, rig.wire.sent.size());
        assertEquals(1, rig.io.counters().linkLocalExceeded);
    }

    @Test
    void longRun_isTheRate() {
        rig.settings.packetsPerSecond = 1_000;
        rig.settings.allowanceBurstMicros = 1_000;
        apply();
        rig.wire.keeps = false;
        long iova = rig.put(FRAME);
        for (int i = 0; i < 10_000; i++) {
            tx.data(TxSide.ONLY, iova, FRAME.length, i & 63, 0);
            tx.go();
            rig.pass(300_000);
        }
        // 3 seconds at 1000 each, and the one that could be saved.
        assertEquals(3_000, rig.io.counters().txPackets, 2);
    }
}
