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
import org.junit.jupiter.params.provider.CsvSource;

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
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        memroy: auto                                       | netdev.yaml:1: memroy: unknown key "memroy"; did you mean "memory"?; known: memory, log, devices
        devices:\\n  a:\\n    address: "x:"\\n    queuess: 2  | netdev.yaml:4: devices.a.queuess: unknown key "queuess"; did you mean "queues"?; known in devices.a: address
        devices:\\n  a:\\n    address: "x:"\\n    rss: {kye: 00} | netdev.yaml:4: devices.a.rss.kye: unknown key "kye"; did you mean "key"?; known in devices.a.rss: function, key, table, fields
        generate.rate: max                                 | netdev.yaml:1: generate.rate: unknown key "generate.rate"
        memory: swap                                       | netdev.yaml:1: memory: "swap": one of auto, hugepages, memfd, anonymous is needed
        devices:\\n  a:\\n    address: "x:"\\n    mtu: big      | netdev.yaml:4: devices.a.mtu: "big": not a whole number from 1 to 65535
        devices:\\n  a:\\n    address: "x:"\\n    mtu: 70000    | netdev.yaml:4: devices.a.mtu: "70000": not from 1 to 65535
        devices:\\n  a:\\n    address: "x:"\\n    mac: 02:00    | netdev.yaml:4: devices.a.mac: "02:00" is not a MAC address
        run:\\n  busy-poll: perhaps                         | netdev.yaml:2: run.busy-poll: "perhaps": on or off is needed
        run:\\n  duration: 5 minutes                        | netdev.yaml:2: run.duration: "5 minutes": a duration is a number with ns, us, ms or s
        memory:                                            | netdev.yaml:1: memory: the value is missing; auto|hugepages|memfd|anonymous is needed
        memory: [auto, memfd]                              | netdev.yaml:1: memory: "auto,memfd": one of
        memory: {a: b}                                     | netdev.yaml:1: memory: a single value is needed here, not a mapping
        echo:\\n  ip: [[10.0.0.1]]                          | netdev.yaml:2: echo.ip: a single value is needed here, not a list
        echo:\\n  ip: ["10.0.0.1,10.0.0.2"]                 | netdev.yaml:2: echo.ip: "10.0.0.1,10.0.0.2": an element of a list has no comma
        devices: loopback                                  | netdev.yaml:1: devices: keys with values are needed here, one for each device: its name
        [a, b]                                             | netdev.yaml:1: the file: keys with values are needed here: memory, log, devices
        memory: auto\\nlog: {level: info}\\nmemory: memfd    | netdev.yaml:3: memory: the key stands in netdev.yaml:1 already
        devices:\\n  a:                                     | netdev.yaml:2: devices.a: keys with values are needed here: address
        devices:\\n  a:\\n    mtu: 1400                      | netdev.yaml:3: devices.a: the device has no address
        devices:\\n  1a:\\n    address: "loopback:"          | netdev.yaml:3: devices.1a.address: "1a" is no name for a device
        devices:\\n  a.b:\\n    address: "loopback:"         | netdev.yaml:2: devices.a.b: unknown key "a.b"
        memory: auto\\n\\tlog: x                             | netdev.yaml:2: not valid YAML: found character '\\t(TAB)'
        memory: "auto                                      | netdev.yaml:1: not valid YAML: found unexpected end of stream
        memory: auto\\n---\\nmemory: memfd                   | netdev.yaml:2: not valid YAML: but found another document
        memory: *nowhere                                   | netdev.yaml:1: not valid YAML: found undefined alias nowhere
        """)
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
