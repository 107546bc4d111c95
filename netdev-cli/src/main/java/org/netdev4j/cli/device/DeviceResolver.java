package org.netdev4j.cli.device;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Key;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.platform.Suggest;

/** Finds the device that the user means: one of the configuration by its name, or any by its address. */
public final class DeviceResolver {
    private DeviceResolver() {
    }

    /**
     * What was said of a key besides the configuration.
     *
     * @param key    of a device
     * @param text   as written
     * @param option where
     */
    public record Given(Key<?> key, String text, String option) {
    }

    /**
     * Finds a device.
     *
     * @param config what holds
     * @param device name or address
     * @param origin where it was written
     * @param path   key at which it was written, for origins that do not say that
     * @param given  what else was said of it; wins over the configuration
     * @return the device, with a configuration in which all this is
     * @throws ConfigException if it is neither the name of a device nor an address
     */
    public static DeviceSpec resolve(Config config, String device, Origin origin, String path, List<Given> given) {
        List<Config.Entry> entries = new ArrayList<>();
        String key = device;
        if (!config.devices().contains(device)) {
            requireAddress(config, device, origin.about(path));
            key = "#" + config.devices().size();
            entries.add(new Config.Entry(Keys.ADDRESS.path(key), device, origin));
        }
        for (Given each : given) {
            entries.add(new Config.Entry(each.key().path(key), each.text(), new Origin.Option(each.option())));
        }
        return new DeviceSpec(config.with(entries), key);
    }

    private static void requireAddress(Config config, String device, String where) {
        if (device.indexOf(':') < 0) {
            throw new ConfigException(where + ": \"" + device + "\" is neither a device of the configuration ("
                + (config.devices().isEmpty() ? "there are none" : String.join(", ", config.devices())) + ") nor an address, as loopback:"
                + Suggest.didYouMean(device, config.devices()));
        }
    }
}
