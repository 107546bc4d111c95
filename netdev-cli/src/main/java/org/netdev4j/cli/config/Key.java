package org.netdev4j.cli.config;

/**
 * A key of the configuration. Made by {@link Keys} only.
 *
 * @param path        full name, as {@code generate.rate}; {@code *} stands for the name of a device
 * @param type        what its values look like
 * @param standard    value when nobody gives one; empty if there is none
 * @param description one line
 * @param <T>         what values are read into
 */
public record Key<T>(String path, ValueType<T> type, String standard, String description) {
    private static final String ANY_DEVICE = "devices.*.";

    /** True if each device has one. */
    public boolean ofDevice() {
        return path.startsWith(ANY_DEVICE);
    }

    /** The full name for a device, as {@code devices.wan.mtu}. */
    public String path(String device) {
        return "devices." + device + "." + name();
    }

    /** The name within a device; the full name of other keys. */
    public String name() {
        return ofDevice() ? path.substring(ANY_DEVICE.length()) : path;
    }

    @Override
    public String toString() {
        return path;
    }
}
