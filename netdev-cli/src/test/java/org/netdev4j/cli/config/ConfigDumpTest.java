package org.netdev4j.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigDumpTest {
    private static final Config CONFIG = Config.STANDARD.with(ConfigFile.parse("""
        devices:
          wan:
            address: "loopback:,queues=2"
            mtu: 9000
            mac: 02:00:00:00:00:07
            rss: {table: [0, 1], fields: {tcp4: [l3-source]}}
        capture: {write: "a \\"quoted\\" name.pcap"}
        """, "f.yaml"));

    private static Config reread(String yaml) {
        return Config.STANDARD.with(ConfigFile.parse(yaml, "dump"));
    }

    @Test
    void yaml_canBeReadAgain() {
        Config again = reread(new ConfigDump(CONFIG, false).yaml());

        assertEquals(new ConfigDump(CONFIG, true).plain().get("values"), new ConfigDump(again, true).plain().get("values"));
        assertEquals("a \"quoted\" name.pcap", again.get(Keys.CAPTURE_WRITE));
    }

    @Test
    void yaml_ofAllKeysCanBeReadAgain() {
        String yaml = new ConfigDump(CONFIG, true).yaml();

        assertEquals(new ConfigDump(CONFIG, true).plain().get("values"), new ConfigDump(reread(yaml), true).plain().get("values"));
        assertTrue(yaml.contains("# wire:"), yaml);
    }

    @Test
    void yaml_saysWhereEachValueComesFrom() {
        String yaml = new ConfigDump(CONFIG, false).yaml();

        assertTrue(yaml.contains("    mtu: 9000                           # f.yaml:4\n"), yaml);
        assertTrue(yaml.contains("    queues: 1                           # default\n"), yaml);
        assertFalse(yaml.contains("rx-ring"), yaml);
    }

    @Test
    void plain_hasATreeOfTypedValuesAndTheirOrigins() {
        Map<String, Object> plain = new ConfigDump(CONFIG, false).plain();
        Map<?, ?> devices = (Map<?, ?>) ((Map<?, ?>) plain.get("values")).get("devices");
        Map<?, ?> wan = (Map<?, ?>) devices.get("wan");

        assertEquals(9000L, wan.get("mtu"));
        assertEquals(false, wan.get("interrupts"));
        assertEquals(List.of(0L, 1L), ((Map<?, ?>) wan.get("rss")).get("table"));
        assertEquals("f.yaml:4", ((Map<?, ?>) plain.get("origins")).get("devices.wan.mtu"));
        assertEquals("default", ((Map<?, ?>) plain.get("origins")).get("memory"));
    }
}
