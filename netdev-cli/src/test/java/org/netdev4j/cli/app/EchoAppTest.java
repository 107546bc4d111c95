package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * The echo application on a cable. The requests and answers in hex are those of two Linux kernels, 6.1, at the ends of a veth pair, as
 * tcpdump saw them; ours may differ from the kernel's in the fields that the sender chooses (IPv4 identification and DF, IPv6 flow label).
 */
class EchoAppTest {
    private static final String ARP_REQUEST = """
        ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a4d0001 000000000000 0a4d0002""";
    private static final String ARP_REPLY = """
        020000000001 020000000002 0806 0001 0800 06 04 0002 020000000002 0a4d0002 020000000001 0a4d0001""";
    private static final String ICMP_REQUEST = """
        020000000002 020000000001 0800 4500 0024 4ae4 4000 4001 db58 0a4d0001 0a4d0002
        0800 7543 76ab 0001 0001020304050607""";
    // The kernel's: 67e7 0000 4001 fe55; here identification and DF are the request's, and so is the checksum.
    private static final String ICMP_REPLY = """
        020000000001 020000000002 0800 4500 0024 4ae4 4000 4001 db58 0a4d0002 0a4d0001
        0000 7d43 76ab 0001 0001020304050607""";
    private static final String SOLICITATION = """
        3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002
        8700 7ca9 00000000 fd000077000000000000000000000002 0101 020000000001""";
    private static final String ADVERTISEMENT = """
        020000000001 020000000002 86dd 60000000 0020 3a ff fd000077000000000000000000000002 fd000077000000000000000000000001
        8800 1b35 60000000 fd000077000000000000000000000002 0201 020000000002""";
    private static final String ICMP6_REQUEST = """
        020000000002 020000000001 86dd 600c0da8 0010 3a 40 fd000077000000000000000000000001 fd000077000000000000000000000002
        8000 0203 76ae 0001 0001020304050607""";
    // The kernel's flow label: 96397.
    private static final String ICMP6_REPLY = """
        020000000001 020000000002 86dd 600c0da8 0010 3a 40 fd000077000000000000000000000002 fd000077000000000000000000000001
        8100 0103 76ae 0001 0001020304050607""";

    private static final MacAddress ASKER = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:02");

    private Bed bed;
    private WirePort far;
    private App app;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
        String cable = Bed.cable();
        far = bed.far(cable);
        app = bed.keep(EchoApp.start(bed.device(2, cable), Bed.config("echo.ip", "10.77.0.2/24,fd00:77::2/64")));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private byte[] answerTo(byte... request) {
        bed.send(far, request);
        bed.settle(app);
        return bed.receive(far);
    }

    private static byte[] withChecksums(byte... bytes) {
        try (Memory m = Memory.allocate("frame", bytes.length)) {
            m.copyFrom(0, bytes, 0, bytes.length);
            ParsedPacket parsed = new ParsedPacket();
            PacketParser.parse(m, 0, bytes.length, parsed);
            PacketChecksums.completeL3(m, 0, parsed);
            PacketChecksums.completeL4(m, 0, parsed);
            return m.bytes(0, bytes.length);
        }
    }

    static Stream<Arguments> exchanges() {
        return Stream.of(Arguments.of(ARP_REQUEST, ARP_REPLY), Arguments.of(ICMP_REQUEST, ICMP_REPLY),
            Arguments.of(SOLICITATION, ADVERTISEMENT), Arguments.of(ICMP6_REQUEST, ICMP6_REPLY));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void answers_asTheKernelDoes(String request, String reply) {
        assertEquals(Bed.hex(Bed.hex(reply)), Bed.hex(answerTo(Bed.hex(request))));
        assertEquals(1L, app.counters().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void answers_withTheTagsOfTheRequest() {
        byte[] request = new PacketBuilder(ASKER, OWN).vlan(0x2005, 7).ipv4(Ipv4Address.parse("10.77.0.1"), Ipv4Address.parse("10.77.0.2"))
            .echoRequest(1, 2).payload((byte) 9).bytes();
        byte[] reply = new PacketBuilder(OWN, ASKER).vlan(0x2005, 7).ipv4(Ipv4Address.parse("10.77.0.2"), Ipv4Address.parse("10.77.0.1"))
            .echoReply(1, 2).payload((byte) 9).bytes();

        assertArrayEquals(reply, answerTo(request));
    }

    @Test
    void answers_paddedRequests() {
        byte[] padded = Arrays.copyOf(Bed.hex(ARP_REQUEST), 60);

        assertEquals(Bed.hex(Bed.hex(ARP_REPLY)), Bed.hex(Arrays.copyOf(answerTo(padded), 42)));
    }

    @Test
    void answers_echoToAllNodes_fromItsOwnAddress() {
        byte[] request = new PacketBuilder(ASKER, MacAddress.parse("33:33:00:00:00:01"))
            .ipv6(Ipv6Address.parse("fe80::1"), Ipv6Address.ALL_NODES).echoRequest(3, 4).payload((byte) 1, (byte) 2).bytes();
        byte[] reply = new PacketBuilder(OWN, ASKER).ipv6(Ipv6Address.parse("fe80::ff:fe00:2"), Ipv6Address.parse("fe80::1"))
            .echoReply(3, 4).payload((byte) 1, (byte) 2).bytes();

        assertArrayEquals(reply, answerTo(request));
    }

    @Test
    void answers_duplicateAddressDetection_toAllNodes() {
        // An asker without an address: no source, no option [RFC 4862 §5.4.2]; the answer is not "solicited" [RFC 4861 §7.2.4].
        byte[] request = withChecksums(Bed.hex("""
            3333ff000002 020000000001 86dd 60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000002
            8700 0000 00000000 fd000077000000000000000000000002"""));
        byte[] reply = withChecksums(Bed.hex("""
            333300000001 020000000002 86dd 60000000 0020 3a ff fd000077000000000000000000000002 ff020000000000000000000000000001
            8800 0000 20000000 fd000077000000000000000000000002 0201 020000000002"""));

        assertEquals(Bed.hex(reply), Bed.hex(answerTo(request)));
    }

    @Test
    void answers_forTheLinkLocalAddressMadeOfTheMac() {
        byte[] request = withChecksums(Bed.hex("""
            3333ff000002 020000000001 86dd 60000000 0020 3a ff fe800000000000000000000000000001 ff0200000000000000000001ff000002
            8700 0000 00000000 fe80000000000000000000fffe000002 0101 020000000001"""));

        byte[] reply = answerTo(request);

        assertEquals("fe80000000000000000000fffe000002", Bed.hex(reply).substring(44, 76));
        assertEquals(Map.of("neighbour-advertisements", 1L), Bed.nonZero(app.counters()));
    }

    @Test
    void answers_packetsInSeveralBuffers() {
        String cable = Bed.cable();
        WirePort other = bed.far(cable);
        OpenDevice jumbo = bed.device(2, cable, "mtu", "9000");
        app = bed.keep(EchoApp.start(jumbo, Bed.config("echo.ip", "10.77.0.2,fd00:77::2")));
        byte[] payload = new byte[8000];
        new java.util.Random(1).nextBytes(payload);
        byte[] request = new PacketBuilder(ASKER, OWN).ipv4(Ipv4Address.parse("10.77.0.1"), Ipv4Address.parse("10.77.0.2"))
            .echoRequest(1, 2).payload(payload).bytes();
        byte[] reply = new PacketBuilder(OWN, ASKER).ipv4(Ipv4Address.parse("10.77.0.2"), Ipv4Address.parse("10.77.0.1"))
            .echoReply(1, 2).payload(payload).bytes();
        byte[] request6 = new PacketBuilder(ASKER, OWN).ipv6(Ipv6Address.parse("fd00:77::1"), Ipv6Address.parse("fd00:77::2"))
            .echoRequest(1, 2).payload(payload).bytes();

        bed.send(other, request);
        bed.settle(app);
        assertArrayEquals(reply, bed.receive(other));
        bed.send(other, request6);
        bed.settle(app);
        assertEquals(request6.length, bed.receive(other).length);

        request[4000]++;
        bed.send(other, request);
        bed.settle(app);
        assertEquals(0, bed.receive(other).length);
        assertEquals(1L, app.counters().get("bad-checksums"));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "EchoAppTest.csv", delimiter = '|', quoteCharacter = '`')
    void answersNothing_andCountsWhy(String counter, String request) {
        // What the device's own filter would keep away is to reach the application, too.
        app.devices().getFirst().dev().setPromiscuous(true);

        assertEquals(0, answerTo(Bed.hex(request)).length);
        assertEquals(Map.of(counter, 1L), Bed.nonZero(app.counters()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // hop limit not 255; code not 0; target a group; option of length 0; option beyond the end; asker's address a group
        "3333ff000002 020000000001 86dd 60000000 0020 3a fe fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 fd000077000000000000000000000002 0101 020000000001",
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8701 0000 00000000 fd000077000000000000000000000002 0101 020000000001",
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 ff020000000000000000000000000002 0101 020000000001",
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 fd000077000000000000000000000002 0100 020000000001",
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 fd000077000000000000000000000002 0102 020000000001",
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 fd000077000000000000000000000002 0101 030000000001",
        // an asker without an address, but with a link address; or asking not the group
        "3333ff000002 020000000001 86dd 60000000 0020 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000002"
            + "8700 0000 00000000 fd000077000000000000000000000002 0101 020000000001",
        "333300000001 020000000001 86dd 60000000 0018 3a ff 00000000000000000000000000000000 ff020000000000000000000000000001"
            + "8700 0000 00000000 fd000077000000000000000000000002",
        "020000000002 020000000001 86dd 60000000 0018 3a ff 00000000000000000000000000000000 fd000077000000000000000000000002"
            + "8700 0000 00000000 fd000077000000000000000000000002"})
    void answersNothing_toSolicitationsThatRfc4861Forbids(String request) {
        assertEquals(0, answerTo(withChecksums(Bed.hex(request))).length);
        assertEquals(Map.of("malformed", 1L), Bed.nonZero(app.counters()));
    }

    @Test
    void survives_damagedFrames_andLosesNoBuffer() {
        RandomSource random = RandomSource.seeded(77);
        byte[][] seeds = {Bed.hex(ARP_REQUEST), Bed.hex(ICMP_REQUEST), Bed.hex(SOLICITATION), Bed.hex(ICMP6_REQUEST)};
        app.devices().getFirst().dev().setPromiscuous(true);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = seeds[i % seeds.length].clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
            }
            answerTo(Arrays.copyOf(frame, 14 + random.nextInt(frame.length - 13)));
            while (bed.receive(far).length > 0) {
                // take all
            }
        }

        assertTrue(app.counters().get("malformed") > 1000);
        OpenDevice device = app.devices().getFirst();
        device.dev().stop();
        assertEquals(0, device.pools().getFirst().inUse());
    }

    @Test
    void start_receivesTheGroupsOfItsAddresses_andNoOthers() {
        byte[] foreign = Bed.hex(SOLICITATION);
        foreign[5] = 9; // another solicited-node group

        bed.send(far, foreign);
        bed.settle(app);

        assertEquals(0, app.devices().getFirst().dev().statistics().ipackets());
        assertFalse(app.devices().getFirst().dev().promiscuous());
    }

    @Test
    void start_needsATransmitQueueForEachReceiveQueue() {
        OpenDevice device = bed.device(3, "self:", "rx-queues", "2", "tx-queues", "1");

        String message = assertThrows(ConfigException.class, () -> EchoApp.start(device, Bed.config())).getMessage();

        assertEquals("echo on loopback:3: it needs a transmit queue for each receive queue: there are 2 receive and 1 transmit queues", message);
    }

    @Test
    void turn_servesAllQueues() {
        String cable = Bed.cable();
        WirePort other = bed.far(cable);
        App queues = bed.keep(EchoApp.start(bed.device(2, cable, "queues", "4"), Bed.config("echo.ip", "10.77.0.2")));
        for (int i = 1; i < 200; i++) {
            bed.send(other, new PacketBuilder(ASKER, OWN).ipv4(Ipv4Address.of(10, 77, 1, i), Ipv4Address.parse("10.77.0.2"))
                .echoRequest(1, i).bytes());
        }
        bed.settle(queues);

        assertEquals(199L, queues.counters().get("icmp-echo-replies"));
        Map<String, Long> statistics = queues.devices().getFirst().dev().extendedStatistics();
        for (int i = 0; i < 4; i++) {
            assertTrue(statistics.get("tx_q" + i + "_packets") > 10, statistics.toString());
        }
    }
}
