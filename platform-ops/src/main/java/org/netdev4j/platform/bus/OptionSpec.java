package org.netdev4j.platform.bus;

/**
 * One key that a bus or a driver understands in a {@link DeviceAddress}.
 *
 * @param key         name as written
 * @param values      what is allowed, for people: {@code 1-16}, {@code true|false}, {@code MAC address}
 * @param standard    value when the key is not given, as written
 * @param description one line
 */
public record OptionSpec(String key, String values, String standard, String description) {
}
