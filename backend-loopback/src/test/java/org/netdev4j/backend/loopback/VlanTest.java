package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.net.EtherType;

class VlanTest {
    private static final int TCI = 0xb123;

    @ParameterizedTest
    @ValueSource(ints = {20, 1400})
    void strip_takesTheTagOut_andSaysWhichItWas(int payload) {
        for (int room : new int[] {256, 2048}) {
            try (Nic nic = new Nic(512, room)) {
                nic.start(DeviceConfig.queues(1));
                nic.device.setOffload(Capability.RX_VLAN_STRIP, true);
                byte[] frame = Frames.udp4(payload);

                nic.farSends(Frames.tagged(frame, TCI));

                NetBuf packet = nic.receiveOne(0);
                assertTrue(packet.hasFlags(NetBuf.RX_VLAN_STRIPPED | NetBuf.RX_L4_CHECKSUM_GOOD));
                assertEquals(TCI, packet.vlanTci());
                assertArrayEquals(frame, packet.packetBytes());
                assertEquals(1, nic.counted("rx_q0_vlan_stripped"));
                packet.free();
            }
        }
    }

    @Test
    void strip_leavesUntaggedFramesAlone() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setOffload(Capability.RX_VLAN_STRIP, true);

            nic.farSends(Frames.udp4(20));

            NetBuf packet = nic.receiveOne(0);
            assertFalse(packet.hasFlags(NetBuf.RX_VLAN_STRIPPED));
            assertArrayEquals(Frames.udp4(20), packet.packetBytes());
            packet.free();
        }
    }

    @Test
    void strip_takesTheOuterOfTwoTags_butNoServiceTag() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setOffload(Capability.RX_VLAN_STRIP, true);
            byte[] inner = Frames.tagged(Frames.udp4(20), 7);

            nic.farSends(Frames.tagged(inner, TCI));
            NetBuf packet = nic.receiveOne(0);
            assertEquals(TCI, packet.vlanTci());
            assertArrayEquals(inner, packet.packetBytes());
            packet.free();

            byte[] service = Frames.tagged(inner, EtherType.SERVICE_VLAN, TCI);
            nic.farSends(service);
            packet = nic.receiveOne(0);
            assertFalse(packet.hasFlags(NetBuf.RX_VLAN_STRIPPED));
            assertArrayEquals(service, packet.packetBytes());
            packet.free();
        }
    }

    @Test
    void strip_off_deliversTheTag() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.tagged(Frames.udp4(20), TCI);

            nic.farSends(frame);

            NetBuf packet = nic.receiveOne(0);
            assertFalse(packet.hasFlags(NetBuf.RX_VLAN_STRIPPED));
            assertArrayEquals(frame, packet.packetBytes());
            packet.free();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 4, 3, 0})
    void insert_putsTheTagIn_whateverTheHeadroom(int headroom) {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.udp4(60);
            NetBuf packet = nic.pool.allocate();
            packet.setData(headroom, frame.length);
            packet.copyFrom(0, frame, 0, frame.length);
            packet.setFlags(NetBuf.TX_VLAN);
            packet.setVlanTci(TCI);

            nic.send(packet);

            assertArrayEquals(Frames.tagged(frame, TCI), nic.farGets());
            assertEquals(1, nic.counted("tx_q0_vlan_inserted"));
        }
    }

    @Test
    void insert_intoAChain() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.udp4(900);
            NetBuf packet = nic.chain(frame, 100);
            packet.setFlags(NetBuf.TX_VLAN);
            packet.setVlanTci(TCI);

            nic.send(packet);

            assertArrayEquals(Frames.tagged(frame, TCI), nic.farGets());
        }
    }

    @Test
    void insert_goesInFrontOfATagThatIsThere_andBeyondTheMtu() {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.tagged(Frames.tagged(Frames.plain(Nic.PEER, 1514), 7), 8);
            NetBuf packet = nic.packet(frame);
            packet.setFlags(NetBuf.TX_VLAN);
            packet.setVlanTci(TCI);

            nic.send(packet);

            assertArrayEquals(Frames.tagged(frame, TCI), nic.farGets());
        }
    }
}
