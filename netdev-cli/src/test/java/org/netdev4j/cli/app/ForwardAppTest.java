package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureReader;
import org.netdev4j.platform.wire.CaptureWriter;
import org.netdev4j.platform.wire.WirePort;

class ForwardAppTest {
    private Bed bed;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private static byte[] frame(int flow) {
        return new PacketBuilder(MacAddress.parse("02:00:00:00:00:71"), MacAddress.parse("02:00:00:00:00:72"))
            .ipv4(Ipv4Address.of(10, 0, 0, 1), Ipv4Address.of(10, 0, 0, 2)).udp(1000 + flow, 7).payload((byte) flow).bytes();
    }

    @Test
    void turn_passesFramesOn_bothWays_unchanged() {
        String one = Bed.cable();
        String two = Bed.cable();
        WirePort left = bed.far(one);
        WirePort right = bed.far(two);
        App app = bed.keep(ForwardApp.start(bed.device(1, one), bed.device(2, two), Bed.config()));
        byte[] runt = Bed.hex("ffffffffffff020000000001ffff");

        bed.send(left, frame(1));
        bed.send(left, runt);
        bed.send(right, frame(2));
        bed.settle(app);

        assertArrayEquals(frame(1), bed.receive(right));
        assertArrayEquals(runt, bed.receive(right));
        assertArrayEquals(frame(2), bed.receive(left));
        assertEquals(0, bed.receive(left).length);
        assertEquals(0, bed.receive(right).length);
    }

    @Test
    void turn_servesAllQueues() {
        String one = Bed.cable();
        String two = Bed.cable();
        WirePort left = bed.far(one);
        WirePort right = bed.far(two);
        App app = bed.keep(ForwardApp.start(bed.device(1, one, "queues", "3"), bed.device(2, two, "queues", "3"), Bed.config()));
        assertEquals(3, app.workers().size());

        for (int i = 0; i < 100; i++) {
            bed.send(left, frame(i));
        }
        bed.settle(app);

        int frames = 0;
        while (bed.receive(right).length > 0) {
            frames++;
        }
        assertEquals(100, frames);
        assertTrue(app.devices().getLast().dev().extendedStatistics().get("tx_q2_packets") > 10);
    }

    @Test
    void turn_throwsAwayWhatDoesNotLeave_andCountsIt() {
        String one = Bed.cable();
        String two = Bed.cable();
        WirePort left = bed.far(one);
        bed.far(two); // which nobody empties
        App app = bed.keep(ForwardApp.start(bed.device(1, one), bed.device(2, two, "tx-ring", "64"), Bed.config()));
        for (int round = 0; round < 300; round++) {
            for (int i = 0; i < 100; i++) {
                bed.send(left, frame(i));
            }
            bed.settle(app);
        }

        long unsent = app.counters().get("unsent-to-loopback:2");
        long sent = app.devices().getLast().dev().statistics().opackets();
        assertTrue(unsent > 1000, app.counters().toString());
        assertEquals(30_000, sent + unsent + app.devices().getLast().dev().txQueue(0).pending());
    }

    @Test
    void turn_isDone_whenBothWiresHaveEnded(@TempDir Path directory) {
        String in = directory.resolve("in.pcap").toString();
        String out = directory.resolve("out.pcap").toString();
        try (CaptureWriter writer = CaptureWriter.create(in); Memory m = Memory.allocate("frame", 2000)) {
            for (int i = 0; i < 1000; i++) {
                m.putInt(20, i);
                writer.write(m, 0, 60 + i, 1);
            }
        }
        App app = ForwardApp.start(bed.device(1, "pcap:" + in), bed.device(2, "pcap:out=" + out), Bed.config());
        bed.settle(app);
        assertEquals(Worker.DONE, app.workers().getFirst().turn());
        app.close();

        try (CaptureReader reader = CaptureReader.open(out)) {
            for (int i = 0; i < 1000; i++) {
                assertTrue(reader.next());
                assertEquals(60 + i, reader.length());
                assertEquals(i, reader.frame().getInt(20));
            }
            assertFalse(reader.next());
        }
    }

    @Test
    void start_isPromiscuous_unlessToldOtherwise() {
        App app = bed.keep(ForwardApp.start(bed.device(1, "null:"), bed.device(2, "null:", "promiscuous", "off"), Bed.config()));

        assertTrue(app.devices().getFirst().dev().promiscuous());
        assertFalse(app.devices().getLast().dev().promiscuous());
    }

    @Test
    void start_needsTransmitQueuesForAllReceiveQueues_andClosesBothDevices() {
        OpenDevice one = bed.device(1, "null:", "queues", "2");
        OpenDevice two = bed.device(2, "null:");

        String message = assertThrows(ConfigException.class, () -> ForwardApp.start(one, two, Bed.config())).getMessage();

        assertEquals("forward from loopback:1 to loopback:2: there are 2 receive queues and only 1 transmit queues; give both devices as many",
            message);
        assertEquals("CLOSED", one.dev().state().name());
        assertEquals("CLOSED", two.dev().state().name());
    }

    @Test
    void checksums_areHandedOver_andWhatIsBadIsDropped() {
        String one = Bed.cable();
        String two = Bed.cable();
        WirePort left = bed.far(one);
        WirePort right = bed.far(two);
        App app = bed.keep(ForwardApp.start(bed.device(1, one), bed.device(2, two), Bed.config("forward.checksums", "on")));
        byte[] bad = frame(2);
        bad[bad.length - 1] ^= 1;
        byte[] tcp = new PacketBuilder(MacAddress.parse("02:00:00:00:00:71"), MacAddress.parse("02:00:00:00:00:72"))
            .ipv6(Ipv6Address.parse("fd00::1"), Ipv6Address.parse("fd00::2")).tcp(1, 2, 3, 4, 0x10).payload((byte) 9).bytes();
        byte[] other = Bed.hex("ffffffffffff02000000000188b5" + "00".repeat(46));

        bed.send(left, frame(1));
        bed.send(left, bad);
        bed.send(left, tcp);
        bed.send(left, other);
        bed.settle(app);

        assertArrayEquals(frame(1), bed.receive(right), "with the checksum that it had");
        assertArrayEquals(tcp, bed.receive(right));
        assertArrayEquals(other, bed.receive(right));
        assertEquals(0, bed.receive(right).length);
        assertEquals(2, app.counters().get("checksums-offloaded-to-loopback:2"));
        assertEquals(1, app.counters().get("checksums-bad-dropped"));
        assertEquals(0, app.counters().get("checksums-unchecked"));
    }

    @Test
    void checksums_needTheOffloads() {
        OpenDevice one = bed.device(1, "null:", "offloads.rx-checksumming", "off");
        OpenDevice two = bed.device(2, "null:");

        assertEquals("option --checksums: loopback:1 checks no checksums of what it receives: the offload is off",
            assertThrows(ConfigException.class,
                () -> ForwardApp.start(one, two, Bed.config("forward.checksums", "on"))).getMessage());
        assertEquals("CLOSED", two.dev().state().name());
    }
}
