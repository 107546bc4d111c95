package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports in the layout of ethtool. The texts are what ethtool 6.1 prints for a virtio-net adapter ({@code -g}), a veth ({@code -i -l -k -S}),
 * a TAP ({@code -c}) and, for {@code -x}, what its source does (rxfh.c, dump_rss_info), with our values in them.
 */
class EthtoolShapeTest {
    @TempDir
    private Path directory;

    private String text(String... args) {
        Cli.Result result = new Cli(directory).run(args);
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.err());
        return result.out();
    }

    private JsonNode json(String... args) throws Exception {
        return new Cli(directory).run(args).json();
    }

    @Test
    void driver() {
        assertEquals("""
            driver: loopback
            version: 1.0
            firmware-version:\s
            expansion-rom-version:\s
            bus-info: loopback:x
            supports-statistics: yes
            supports-test: no
            supports-eeprom-access: no
            supports-register-dump: no
            supports-priv-flags: no
            """, text("info", "-i", "loopback:x"));
    }

    @Test
    void rings() throws Exception {
        assertEquals("Ring parameters for loopback:x:\nPre-set maximums:\nRX:\t\t16384\nRX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t16384\n"
            + "Current hardware settings:\nRX:\t\t128\nRX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t256\n",
            text("info", "-g", "loopback:x", "--rx-ring", "128", "--tx-ring", "256"));
        JsonNode json = json("info", "-g", "--json", "loopback:x", "--rx-ring", "128").get(0);
        assertEquals("loopback:x", json.get("ifname").asText());
        assertEquals(128, json.get("rx").asInt());
        assertEquals(16384, json.get("rx-max").asInt());
        assertEquals(1024, json.get("tx").asInt());
    }

    @Test
    void channels() throws Exception {
        assertEquals("Channel parameters for loopback:x:\nPre-set maximums:\nRX:\t\t16\nTX:\t\t16\nOther:\t\tn/a\nCombined:\tn/a\n"
            + "Current hardware settings:\nRX:\t\t3\nTX:\t\t3\nOther:\t\tn/a\nCombined:\tn/a\n", text("info", "-l", "loopback:x", "--queues", "3"));
        assertEquals(3, json("info", "-l", "--json", "loopback:x", "--queues", "3").get(0).get("rx").asInt());
    }

    @Test
    void features() throws Exception {
        String text = text("info", "-k", "loopback:x", "--offload", "tx-checksum-ipv4=off");

        assertTrue(text.startsWith("Features for loopback:x:\n"), text);
        assertTrue(text.contains("\nrx-checksumming: on\n"), text);
        assertTrue(text.contains("\ntx-checksumming: on\n\ttx-checksum-ip: on\n\ttx-checksum-ipv4: off\n\ttx-checksum-ipv6: on\n"), text);
        assertTrue(text.contains("\ntcp-segmentation-offload: on\n\ttx-tcp-segmentation: on\n\ttx-tcp6-segmentation: on\n"), text);
        JsonNode json = json("info", "-k", "--json", "loopback:x", "--offload", "tx-checksum-ipv4=off").get(0);
        assertEquals("{\"active\":false,\"fixed\":false,\"requested\":false}", json.get("tx-checksum-ipv4").toString());
        assertTrue(json.get("tx-checksumming").get("fixed").isNull());
    }

    @Test
    void rss() throws Exception {
        String text = text("info", "-x", "loopback:x", "--queues", "4", "-o", "run.burst=1");
        List<String> lines = text.lines().toList();

        assertEquals("RX flow hash indirection table for loopback:x with 4 RX ring(s):", lines.get(0));
        assertEquals("    0:      0     1     2     3     0     1     2     3", lines.get(1));
        assertEquals("    8:      0     1     2     3     0     1     2     3", lines.get(2));
        assertEquals("RSS hash key:", lines.get(17));
        assertTrue(Pattern.matches("([0-9a-f]{2}:){39}[0-9a-f]{2}", lines.get(18)), lines.get(18));
        assertEquals(List.of("RSS hash function:", "    toeplitz: on", "    crc32: off"), lines.subList(19, 22));
        JsonNode json = json("info", "-x", "--json", "loopback:x", "--queues", "4").get(0);
        assertEquals(128, json.get("rss-indirection-table").size());
        assertEquals(40, json.get("rss-hash-key").size());
        assertEquals(0x6d, json.get("rss-hash-key").get(0).asInt());
        assertTrue(json.get("rss-hash-function").get("toeplitz").asBoolean());
        assertEquals("[\"l3-source\",\"l3-destination\"]", json.get("rx-flow-hash").get("ip4").toString());
    }

    @Test
    void coalescing() throws Exception {
        assertEquals("""
            Coalesce parameters for wan:
            Adaptive RX: off  TX: n/a
            stats-block-usecs: n/a
            sample-interval: n/a
            pkt-rate-low: n/a
            pkt-rate-high: n/a

            rx-usecs: 20
            rx-frames: 0
            rx-usecs-irq: n/a
            rx-frames-irq: n/a

            tx-usecs: 0
            tx-frames: 0
            tx-usecs-irq: n/a
            tx-frames-irq: n/a

            rx-usecs-low: n/a
            rx-frame-low: n/a
            tx-usecs-low: n/a
            tx-frame-low: n/a

            rx-usecs-high: n/a
            rx-frame-high: n/a
            tx-usecs-high: n/a
            tx-frame-high: n/a

            CQE mode RX: n/a  TX: n/a

            """, text("info", "-c", "wan", "-o", "devices.wan.address=loopback:", "-o", "devices.wan.coalescing.rx-usecs=20"));
        JsonNode json = json("info", "-c", "--json", "loopback:x").get(0);
        assertEquals(0, json.get("rx-usecs").asInt());
        assertEquals(false, json.get("adaptive-rx").asBoolean());
    }

    @Test
    void statistics() throws Exception {
        List<String> lines = text("stats", "loopback:x", "--queues", "2").lines().toList();
        assertEquals("NIC statistics:", lines.get(0));
        assertEquals("     rx_good_packets: 0", lines.get(1));
        assertTrue(lines.contains("     rx_q1_packets: 0"), lines.toString());
        assertTrue(lines.stream().skip(1).allMatch(l -> l.matches(" {5}[a-z0-9_]+: [0-9]+")), lines.toString());
        assertEquals(0, json("stats", "--json", "loopback:x").get("statistics").get("tx_good_packets").asInt());
    }

    @Test
    void info_showsEverySection() throws Exception {
        String text = text("info", "loopback:x");
        List<String> titles = new ArrayList<>(List.of("Settings for loopback:x:", "driver: loopback", "Ring parameters for", "Channel parameters for",
            "Features for", "RX flow hash indirection table for", "Coalesce parameters for"));
        for (String title : titles) {
            assertTrue(text.contains(title), title);
        }
        JsonNode json = json("info", "--json", "loopback:x", "--mtu", "9000", "--mac", "02:00:00:00:00:09");
        assertEquals(9000, json.get("general").get("mtu").asInt());
        assertEquals("02:00:00:00:00:09", json.get("general").get("mac").asText());
        assertTrue(json.get("general").get("link").get("up").asBoolean());
        assertEquals("loopback", json.get("driver").get("driver").asText());
        for (String section : List.of("rings", "channels", "features", "rss", "coalesce")) {
            assertTrue(json.get(section).isObject(), section);
        }
    }
}
