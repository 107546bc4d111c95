package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.PacketBuilder;

/** What the last completion says of protocols, tags and checksums. */
class RxStatusTest {
    private final IoRig rig = new IoRig();
    private final RxSide rx = rig.rx(1024);

    RxStatusTest() {
        rx.fill(500, 2048);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void is(String wanted, byte[] frame) {
        rx.arrive(frame);
        RxSide.Entry e = rx.next();
        String l3 = switch (e.l3()) {
            case 0 -> "-";
            case 8 -> e.l3Bad() ? "v4bad" : "v4";
            case 11 -> "v6";
            default -> "l3=" + e.l3();
        };
        String l4 = switch (e.l4()) {
            case 0 -> "-";
            case 12 -> "tcp";
            case 13 -> "udp";
            default -> "l4=" + e.l4();
        };
        assertEquals(wanted, l3 + " " + l4 + (e.l4Checked() ? " checked" : "") + (e.l4Bad() ? " bad" : "")
            + (e.fragment() ? " frag" : "") + (e.vlans() == 0 ? "" : " vlans=" + e.vlans()));
        assertEquals(0, e.mustBeZero());
    }

    private static byte[] spoil(byte[] frame, int at) {
        byte[] copy = frame.clone();
        copy[at] ^= 0x40;
        return copy;
    }

    private static PacketBuilder v4() {
        return Frames.in().ipv4(Frames.IP_1, Frames.IP_2).payload(Frames.payload(21));
    }

    private static PacketBuilder v6() {
        return Frames.in().ipv6(Frames.IP6_1, Frames.IP6_2).payload(Frames.payload(21));
    }

    @Test
    void goodAndBad() {
        byte[] tcp4 = v4().tcp(1, 2, 3, 4, 16).bytes();
        byte[] udp6 = v6().udp(1, 2).bytes();
        is("v4 tcp checked", tcp4);
        is("v4 tcp checked bad", spoil(tcp4, tcp4.length - 1));
        is("v4bad tcp checked", spoil(tcp4, 22));
        is("v4 udp checked", v4().udp(1, 2).bytes());
        is("v6 tcp checked", v6().tcp(1, 2, 3, 4, 16).bytes());
        is("v6 udp checked", udp6);
        is("v6 udp checked bad", spoil(udp6, 60));
        is("v4 tcp checked vlans=1", v4().vlan(5).tcp(1, 2, 3, 4, 16).bytes());
        is("v6 udp checked vlans=2", v6().vlan(5, 6).udp(1, 2).bytes());
        is("v4 udp checked", Arrays.copyOf(v4().udp(1, 2).bytes(), 100));
    }

    @Test
    void unchecked() {
        byte[] none = v4().udp(1, 2).bytes();
        none[40] = 0;
        none[41] = 0;
        is("v4 udp", none);
        byte[] none6 = v6().udp(1, 2).bytes();
        none6[60] = 0;
        none6[61] = 0;
        is("v6 udp checked bad", none6);
        is("v4 -", v4().echoRequest(1, 2).bytes());
        is("v6 -", v6().echoRequest(1, 2).bytes());
        is("v4 -", v4().protocol(132).bytes());
        is("- -", Frames.in().etherType(0x88b5).payload(Frames.payload(46)).bytes());
        is("- - vlans=1", Frames.in().vlan(3).etherType(0x0806).payload(Frames.payload(46)).bytes());
    }

    @Test
    void fragments() {
        byte[] first = v4().udp(1, 2).bytes();
        first[20] = 0x20;
        header(first);
        is("v4 udp frag", first);
        byte[] later = first.clone();
        later[20] = 0;
        later[21] = 5;
        header(later);
        is("v4 udp frag", later);
        byte[] six = Frames.hex("""
            020000000002 020000000001 86dd
            60000000 0018 2c 40 fd000077000000000000000000000001 fd000077000000000000000000000002
            11 00 0001 c0d9092b 0001 0002 0010 0000 0102030405060708""");
        is("v6 -", six);
    }

    private static void header(byte[] frame) {
        frame[24] = 0;
        frame[25] = 0;
        int sum = ~Frames.sum(frame, 14, 34, 0);
        frame[24] = (byte) (sum >> 8);
        frame[25] = (byte) sum;
    }

    @Test
    void ipv6ExtensionHeaders() {
        is("v6 udp checked", Frames.hex("""
            020000000002 020000000001 86dd
            600c8672 001d 00 40 fd000077000000000000000000000001 fd000077000000000000000000000002
            3c 00 050200000100 11 00 010400000000 0fa0 0fa1 000d a1ce 68656c6c6f"""));
        // A routing header with segments left: the checksum's destination is elsewhere.
        is("v6 udp", Frames.hex("""
            020000000002 020000000001 86dd
            60000000 0025 2b 40 fd000077000000000000000000000001 fd000077000000000000000000000002
            11 02 00 01 00000000 fd000077000000000000000000000009
            0007 0009 000d 1234 0102030405"""));
    }

    @Test
    void damaged() {
        byte[] tcp = v4().tcp(1, 2, 3, 4, 16).bytes();
        is("v4 -", Arrays.copyOf(tcp, tcp.length - 1));
        byte[] noHeader = tcp.clone();
        noHeader[46] = 0x30;
        is("v4 -", noHeader);
        byte[] noIp = tcp.clone();
        noIp[14] = 0x44;
        is("- -", noIp);
        byte[] udpLength = v4().udp(1, 2).bytes();
        udpLength[38] = 9;
        is("v4 udp", udpLength);
        is("- -", Arrays.copyOf(tcp, 20));
    }

    @Test
    void offloadsThatAreOff() {
        byte[] tcp4 = v4().tcp(1, 2, 3, 4, 16).bytes();
        byte[] tcp6 = v6().tcp(1, 2, 3, 4, 16).bytes();
        rig.settings.rxOffloads = 0;
        // "Error, or the controller did not validate the checksum".
        is("v4bad tcp", tcp4);
        is("v6 tcp", tcp6);
        rig.settings.rxOffloads = 1;
        is("v4 tcp", tcp4);
        rig.settings.rxOffloads = 1 << 1;
        is("v4bad tcp checked", tcp4);
        is("v6 tcp", tcp6);
        rig.settings.rxOffloads = 1 << 2;
        is("v6 tcp checked", tcp6);
    }
}
