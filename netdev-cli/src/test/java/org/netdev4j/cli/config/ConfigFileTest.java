package org.netdev4j.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ConfigFileTest {
    private static final String GOOD = """
        # a comment
        memory: anonymous
        devices:
          wan:
            address: "loopback:a,queues=4"
            mtu: 9000
            offloads: {tx-checksum-ip: off}
            rss:
              table: [0, 1, 0, 1]
              fields:
                tcp4: [l3-source, l3-destination]
          lan: {address: 'loopback:b'}
        echo:
          ip:
            - 10.0.0.1/24
            - fd00::1
        """;

    private static Config load(String text) {
        return Config.STANDARD.with(ConfigFile.parse(text, "netdev.yaml")).complete();
    }

    private static String refusal(String text) {
        return assertThrows(ConfigException.class, () -> load(text)).getMessage();
    }

    @Test
    void parse_keepsValuesAndLines() {
        Config config = load(GOOD);

        assertEquals("anonymous", config.get(Keys.MEMORY));
        assertEquals(List.of("wan", "lan"), List.copyOf(config.devices()));
        assertEquals("loopback:a,queues=4", config.get("wan", Keys.ADDRESS));
        assertEquals(9000, config.get("wan", Keys.MTU));
        assertEquals(List.of(0, 1, 0, 1), config.get("wan", Keys.RSS_TABLE));
        assertEquals(List.of("10.0.0.1/24", "fd00::1/128"), config.get(Keys.ECHO_IP).stream().map(Object::toString).toList());
        assertEquals("netdev.yaml:2", config.origin("memory").toString());
        assertEquals("netdev.yaml:6", config.origin("devices.wan.mtu").toString());
        assertEquals("netdev.yaml:7", config.origin("devices.wan.offloads.tx-checksum-ip").toString());
        assertEquals("netdev.yaml:12", config.origin("devices.lan.address").toString());
        assertEquals("default", config.origin("run.burst").toString());
    }

    @Test
    void parse_takesEmptyFilesAndSections() {
        assertTrue(load("").devices().isEmpty());
        assertTrue(load("# nothing\n").devices().isEmpty());
        assertTrue(load("devices:\nlog:\n").devices().isEmpty());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "ConfigFileTest.csv", delimiter = '|', quoteCharacter = '`')
    void parse_namesWhatIsWrongAndWhere(String text, String expected) {
        String message = refusal(text.replace("\\n", "\n").replace("\\t", "\t"));

        assertTrue(message.startsWith(expected.replace("\\t(TAB)", "\\t(TAB)")), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void read_namesTheFile(@TempDir Path directory) throws Exception {
        Path latin = directory.resolve("latin.yaml");
        Files.write(latin, "memory: \u00e4".getBytes(StandardCharsets.ISO_8859_1));

        assertEquals("configuration file x.yaml: there is no such file",
            assertThrows(ConfigException.class, () -> ConfigFile.read(directory.resolve("x.yaml"), "x.yaml")).getMessage());
        assertEquals("configuration file d: cannot be read: it is a directory",
            assertThrows(ConfigException.class, () -> ConfigFile.read(directory, "d")).getMessage());
        assertEquals("configuration file latin.yaml: is not text in UTF-8",
            assertThrows(ConfigException.class, () -> ConfigFile.read(latin, "latin.yaml")).getMessage());
    }
}
