package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Tcp;
import org.netdev4j.platform.memory.Memory;

class TsoTest {
    private static final int SEQUENCE = 0xffff_fff0;

    private static PacketBuilder builder(int version) {
        PacketBuilder builder = Frames.fromNic();
        builder = version == 4
            ? builder.ipv4(Frames.IP4, Frames.IP4_PEER).identification(0xfffe)
            : builder.ipv6(Frames.IP6, Frames.IP6_PEER);
        return builder.tcp(1, 2, SEQUENCE, 4, Tcp.ACK | Tcp.PSH | Tcp.FIN).tcpOptions(new byte[] {1, 1, 1, 1});
    }

    private static NetBuf asking(NetBuf packet, int version, int l2, int size) {
        packet.setFlags(NetBuf.TX_TSO | (version == 4 ? NetBuf.TX_IPV4 : NetBuf.TX_IPV6));
        packet.headerLengths(l2, version == 4 ? 20 : 40, 24);
        packet.setSegmentSize(size);
        return packet;
    }

    /** Checks every header of the segments and returns the payload put together. */
    private static byte[] payload(List<byte[]> segments, int version, int size) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        ParsedPacket p = new ParsedPacket();
        for (int i = 0; i < segments.size(); i++) {
            byte[] segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            try (Memory m = Memory.allocate("segment", segment.length)) {
                m.copyFrom(0, segment, 0, segment.length);
                assertTrue(PacketParser.parse(m, 0, segment.length, p), "segment " + i + ": " + p);
                int good = PacketChecksums.L4_GOOD | (version == 4 ? PacketChecksums.L3_GOOD : 0);
                assertEquals(good, PacketChecksums.verify(m, 0, p), "segment " + i);
                assertEquals(0, p.padding());
                assertEquals(SEQUENCE + payload.size(), Tcp.sequence(m, p.l4Offset()));
                assertEquals(last ? Tcp.ACK | Tcp.PSH | Tcp.FIN : Tcp.ACK, p.tcpFlags());
                if (version == 4) {
                    assertEquals(0xfffe + i & 0xffff, Frames.word(segment, p.l3Offset() + 4));
                }
                assertTrue(last ? p.payloadLength() <= size : p.payloadLength() == size, "segment " + i + ": " + p);
                payload.write(segment, p.payloadOffset(), p.payloadLength());
            }
        }
        return payload.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"4, 4000, 1440, 3", "6, 4000, 1400, 3", "4, 1440, 1440, 1", "4, 1441, 1440, 2", "4, 1, 1440, 1",
        "4, 0, 100, 1", "6, 61000, 1420, 43", "4, 65450, 1448, 46"})
    void tso_cutsAPacketIntoSegments(int version, int bytes, int size, int segments) {
        try (Nic nic = Nic.running(1)) {
            byte[] payload = Frames.bytes(bytes);
            byte[] frame = builder(version).payload(payload).bytes();
            nic.device.setMtu(1500);

            nic.send(asking(nic.chain(frame, 2048), version, 14, size));

            List<byte[]> arrived = nic.farGetsAll();
            assertEquals(segments, arrived.size());
            assertArrayEquals(payload, payload(arrived, version, size));
            assertEquals(1, nic.device.statistics().opackets());
            assertEquals(1, nic.counted("tx_q0_tso_packets"));
            assertEquals(segments, nic.counted("tx_q0_tso_segments"));
        }
    }

    @Test
    void tso_ofOneBuffer_putsATagIntoEachSegment() {
        try (Nic nic = Nic.running(1)) {
            byte[] payload = Frames.bytes(1500);
            NetBuf packet = asking(nic.packet(builder(4).payload(payload).bytes()), 4, 14, 200);
            packet.addFlags(NetBuf.TX_VLAN | NetBuf.TX_IP_CHECKSUM | NetBuf.TX_TCP_CHECKSUM);
            packet.setVlanTci(0x2005);

            nic.send(packet);

            List<byte[]> arrived = nic.farGetsAll();
            assertEquals(8, arrived.size());
            arrived.forEach(segment -> {
                assertEquals(0x8100, Frames.word(segment, 12));
                assertEquals(0x2005, Frames.word(segment, 14));
            });
            assertArrayEquals(payload, payload(arrived, 4, 200));
        }
    }

    @Test
    void tso_fillsTheMtuExactly_behindATag() {
        try (Nic nic = Nic.running(1)) {
            byte[] payload = Frames.bytes(3000);
            byte[] frame = Frames.tagged(builder(4).payload(payload).bytes(), 9);

            nic.send(asking(nic.chain(frame, 2048), 4, 18, 1500 - 44));

            List<byte[]> arrived = nic.farGetsAll();
            assertEquals(1518, arrived.get(0).length);
            assertArrayEquals(payload, payload(arrived, 4, 1456));
        }
    }

    @Test
    void tso_goesOnWhereTheWireWasFull() {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(1), 1024);
            byte[] payload = Frames.bytes(60_000);
            byte[] frame = builder(6).payload(payload).bytes();
            // Twenty packets of 60000 bytes do not fit into a wire of 1 MiB.
            int packets = 20;
            for (int i = 0; i < packets; i++) {
                nic.send(asking(nic.chain(frame, 2048), 6, 14, 1000));
            }
            assertTrue(nic.device.txQueue(0).pending() > 0);

            List<byte[]> arrived = new ArrayList<>();
            for (int i = 0; i < 1000 && nic.device.txQueue(0).pending() > 0; i++) {
                arrived.addAll(nic.farGetsAll());
                nic.device.txQueue(0).reclaim(packets);
            }
            arrived.addAll(nic.farGetsAll());

            assertEquals(packets * 60, arrived.size());
            for (int i = 0; i < packets; i++) {
                assertArrayEquals(payload, payload(arrived.subList(i * 60, i * 60 + 60), 6, 1000));
            }
            assertEquals(packets, nic.device.statistics().opackets());
        }
    }
}
