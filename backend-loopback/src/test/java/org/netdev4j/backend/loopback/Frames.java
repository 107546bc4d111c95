package org.netdev4j.backend.loopback;

import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Tcp;

/** Frames for the NIC under test. */
final class Frames {
    static final Ipv4Address IP4_PEER = Ipv4Address.parse("10.0.0.2");
    static final Ipv4Address IP4 = Ipv4Address.parse("10.0.0.1");
    static final Ipv6Address IP6_PEER = Ipv6Address.parse("fd00::2");
    static final Ipv6Address IP6 = Ipv6Address.parse("fd00::1");

    private Frames() {
    }

    /** From the peer to the NIC. */
    static PacketBuilder toNic() {
        return new PacketBuilder(Nic.PEER, Nic.MAC);
    }

    /** From the NIC to the peer. */
    static PacketBuilder fromNic() {
        return new PacketBuilder(Nic.MAC, Nic.PEER);
    }

    static PacketBuilder to(MacAddress destination) {
        return new PacketBuilder(Nic.PEER, destination);
    }

    /** A UDP/IPv4 frame to the NIC with a payload of so many bytes. */
    static byte[] udp4(int payload) {
        return toNic().ipv4(IP4_PEER, IP4).udp(1000, 2000).payload(bytes(payload)).bytes();
    }

    /** As {@link #udp4}, of a flow of its own. */
    static byte[] flow(int number) {
        Ipv4Address source = new Ipv4Address(IP4_PEER.value() + number);
        return toNic().ipv4(source, IP4).udp(1000 + number, 2000).payload(bytes(20)).bytes();
    }

    static byte[] tcp4(int payload) {
        return toNic().ipv4(IP4_PEER, IP4).tcp(1000, 2000, 7, 9, Tcp.ACK).payload(bytes(payload)).bytes();
    }

    static byte[] udp6(int payload) {
        return toNic().ipv6(IP6_PEER, IP6).udp(1000, 2000).payload(bytes(payload)).bytes();
    }

    static byte[] tcp6(int payload) {
        return toNic().ipv6(IP6_PEER, IP6).tcp(1000, 2000, 7, 9, Tcp.ACK).payload(bytes(payload)).bytes();
    }

    /** No IP: a frame of so many bytes to an address. */
    static byte[] plain(MacAddress destination, int length) {
        return to(destination).etherType(0x88b5).payload(bytes(length - 14)).bytes();
    }

    /** Bytes that differ from their neighbours. */
    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 7 + 3);
        }
        return bytes;
    }

    /** A copy with one bit changed. */
    static byte[] flipped(byte[] frame, int at) {
        byte[] copy = frame.clone();
        copy[at] ^= 1;
        return copy;
    }

    /** A copy with a 16-bit field set. */
    static byte[] with(byte[] frame, int at, int value) {
        byte[] copy = frame.clone();
        copy[at] = (byte) (value >> 8);
        copy[at + 1] = (byte) value;
        return copy;
    }

    /** A 16-bit field. */
    static int word(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    /** A copy with a tag of type 0x8100 or 0x88a8 behind the addresses. */
    static byte[] tagged(byte[] frame, int type, int tci) {
        byte[] copy = new byte[frame.length + 4];
        System.arraycopy(frame, 0, copy, 0, 12);
        System.arraycopy(frame, 12, copy, 16, frame.length - 12);
        return with(with(copy, 12, type), 14, tci);
    }

    static byte[] tagged(byte[] frame, int tci) {
        return tagged(frame, EtherType.VLAN, tci);
    }
}
