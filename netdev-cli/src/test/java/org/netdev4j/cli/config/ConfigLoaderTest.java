package org.netdev4j.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void file() throws IOException {
        Files.writeString(directory.resolve("netdev.yaml"), """
            generate:
              rate: 1kpps
              flows: 2
              seed: 3
            devices:
              wan-1:
                address: "loopback:"
            """);
    }

    private Config load(Map<String, String> variables, String... options) {
        return ConfigLoader.load(Optional.empty(), directory, variables, List.of(options));
    }

    private String refusal(Map<String, String> variables, String... options) {
        return assertThrows(ConfigException.class, () -> load(variables, options)).getMessage();
    }

    @Test
    void load_letsOptionsWinOverEnvironmentOverFileOverStandard() {
        Config config = load(Map.of("NETDEV_GENERATE_FLOWS", "20", "NETDEV_GENERATE_SEED", "30", "HOME", "/nowhere"),
            "generate.seed=300");

        assertEquals(0L, config.get(Keys.GENERATE_COUNT));
        assertEquals("default", config.origin("generate.count").toString());
        assertEquals(1000, config.get(Keys.GENERATE_RATE).perSecond());
        assertEquals("netdev.yaml:2", config.origin("generate.rate").toString());
        assertEquals(20, config.get(Keys.GENERATE_FLOWS));
        assertEquals("environment variable NETDEV_GENERATE_FLOWS", config.origin("generate.flows").toString());
        assertEquals(300L, config.get(Keys.GENERATE_SEED));
        assertEquals("option -o", config.origin("generate.seed").toString());
    }

    @Test
    void load_findsDevicesInTheEnvironment_alsoThoseThatOptionsName() {
        Config config = load(Map.of("NETDEV_DEVICES_WAN_1_MTU", "1400", "NETDEV_DEVICES_NEW_RX_RING", "128"),
            "devices.new.address=loopback:");

        assertEquals(1400, config.get("wan-1", Keys.MTU));
        assertEquals(128, config.get("new", Keys.RX_RING));
    }

    @Test
    void load_takesTheFileThatIsNamed() throws IOException {
        Files.writeString(directory.resolve("other.yaml"), "memory: anonymous\n");

        Config named = ConfigLoader.load(Optional.of("other.yaml"), directory, Map.of(), List.of());
        Config byVariable = load(Map.of("NETDEV_CONFIG", "other.yaml"));

        assertEquals("other.yaml:1", named.origin("memory").toString());
        assertEquals("other.yaml:1", byVariable.origin("memory").toString());
        assertEquals("default", named.origin("generate.rate").toString());
    }

    @Test
    void load_needsNoFile(@TempDir Path empty) {
        Config config = ConfigLoader.load(Optional.empty(), empty, Map.of(), List.of());

        assertTrue(config.devices().isEmpty());
        assertEquals("configuration file gone.yaml: there is no such file",
            assertThrows(ConfigException.class, () -> ConfigLoader.load(Optional.of("gone.yaml"), empty, Map.of(), List.of()))
                .getMessage());
    }

    @Test
    void load_namesTheVariable() {
        assertEquals("environment variable NETDEV_GENERATE_FLOWS: generate.flows: \"x\": not a whole number from 1 to 16777216",
            refusal(Map.of("NETDEV_GENERATE_FLOWS", "x")));
        assertTrue(refusal(Map.of("NETDEV_GENERATE_FLOW", "1"))
            .startsWith("environment variable NETDEV_GENERATE_FLOW: names no key of the configuration; did you mean \"NETDEV_GENERATE_FLOWS\"?"));
        assertTrue(refusal(Map.of("NETDEV_DEVICES_LAN_MTU", "1400")).contains("names no key of a device; devices are wan-1"));
    }

    @Test
    void load_leavesVariablesOfTheLauncherAlone() {
        Config config = load(Map.of("NETDEV_JAVA_HOME", "/jdk", "NETDEV_PLUGINS", "a.jar", "NETDEV_JAVA_OPTS", "-Xmx1g",
            "NETDEV_LAB_CACHE", "/cache", "NETDEV_LAB_MIRROR", "http://mirror"));

        assertEquals("default", config.origin("memory").toString());
    }

    @Test
    void load_namesTheOption() {
        assertEquals("option -o \"generate.rate\": key=value is needed, as -o generate.rate=10kpps", refusal(Map.of(), "generate.rate"));
        assertTrue(refusal(Map.of(), "generate.rat=1kpps").startsWith("option -o generate.rat: unknown key \"rat\"; did you mean \"rate\"?"));
        assertTrue(refusal(Map.of(), "devices.wan-1.mtu.x=1").startsWith("option -o devices.wan-1.mtu.x: unknown key"));
        assertTrue(refusal(Map.of(), "devices.wan-1.rss=1").startsWith("option -o devices.wan-1.rss: not a key but a section; its keys are"));
        assertEquals("option -o memory: \"x\": one of auto, physical, hugepages, memfd, anonymous is needed", refusal(Map.of(), "memory=x"));
    }
}
