package org.netdev4j.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.netdev4j.platform.Suggest;

/**
 * Values in environment variables: {@code NETDEV_} and the key in capitals, with {@code _} for every dot and dash, as {@code
 * NETDEV_GENERATE_RATE} and {@code NETDEV_DEVICES_WAN_MTU}.
 */
final class Environment {
    /** Variables that say something else. */
    static final Set<String> RESERVED = Set.of("NETDEV_JAVA_HOME", "NETDEV_PLUGINS", "NETDEV_CONFIG", "NETDEV_JAVA_OPTS",
        "NETDEV_LAB_CACHE", "NETDEV_LAB_MIRROR");

    private static final String PREFIX = "NETDEV_";

    private Environment() {
    }

    /**
     * The values that are set.
     *
     * @param devices names of devices; others cannot be named
     * @throws ConfigException for a variable that begins with {@code NETDEV_} and names no key
     */
    static List<Config.Entry> entries(Map<String, String> variables, Set<String> devices) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Key<?> key : Keys.all()) {
            if (key.ofDevice()) {
                devices.forEach(device -> paths.put(variable(key.path(device)), key.path(device)));
            } else {
                paths.put(variable(key.path()), key.path());
            }
        }
        List<Config.Entry> entries = new ArrayList<>();
        for (Map.Entry<String, String> each : new TreeMap<>(variables).entrySet()) {
            String name = each.getKey();
            if (name.startsWith(PREFIX) && !RESERVED.contains(name)) {
                String path = paths.get(name);
                if (path == null) {
                    throw unknown(name, paths, devices);
                }
                entries.add(new Config.Entry(path, each.getValue(), new Origin.Variable(name)));
            }
        }
        return entries;
    }

    private static ConfigException unknown(String name, Map<String, String> paths, Set<String> devices) {
        String why = name.startsWith("NETDEV_DEVICES_")
            ? "names no key of a device; devices are " + (devices.isEmpty() ? "none" : String.join(", ", devices))
            : "names no key of the configuration";
        return new ConfigException("environment variable " + name + ": " + why + Suggest.didYouMean(name, paths.keySet())
            + "; unset it, or see \"netdev config show --all\"");
    }

    static String variable(String path) {
        return PREFIX + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
