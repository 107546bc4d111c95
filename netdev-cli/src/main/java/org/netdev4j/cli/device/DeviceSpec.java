package org.netdev4j.cli.device;

import java.util.Optional;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Key;

/**
 * A device of a configuration.
 *
 * @param config what holds
 * @param key    name of the device there; begins with {@code #} if it was given by its address
 */
public record DeviceSpec(Config config, String key) {
    /** A value, or the standard one; empty if there is neither. */
    public <T> Optional<T> find(Key<T> wanted) {
        return config.find(key, wanted);
    }

    /** A value of a key that has a standard one. */
    public <T> T get(Key<T> wanted) {
        return config.get(key, wanted);
    }

    /** For a value that the device refuses. */
    public ConfigException refused(Key<?> wanted, RuntimeException why) {
        return config.refused(wanted.path(key), why.getMessage(), why);
    }
}
