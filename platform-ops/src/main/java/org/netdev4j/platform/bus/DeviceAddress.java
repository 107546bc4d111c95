package org.netdev4j.platform.bus;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.netdev4j.platform.PlatformException;

/**
 * Where a device is: {@code scheme:locator[,key=value]...}, as DPDK's device arguments are written.
 *
 * <p>Examples: {@code pci:0000:00:06.0}, {@code sim:ena,queues=4}, {@code vfio-user:/run/ena.sock}, {@code loopback:}.
 *
 * @param scheme  which {@link Bus}, in lower case
 * @param locator where on the bus; may be empty; without commas
 * @param options key and value, in the order given; a value may be empty and has no commas; whether a key is known is the
 *     bus's and the driver's to say
 */
public record DeviceAddress(String scheme, String locator, Map<String, String> options) {
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_.-]*");
    private static final String FORM = "an address is scheme:locator[,key=value]..., as in loopback: or sim:ena,queues=4";

    /**
     * Puts an address together.
     *
     * @throws IllegalArgumentException if a part could not be read back from the text
     */
    public DeviceAddress {
        if (!SCHEME.matcher(scheme).matches()) {
            throw new IllegalArgumentException("not a scheme: \"" + scheme + "\"");
        }
        requirePlain("locator", locator);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        options.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("not a key: \"" + key + "\"");
            }
            requirePlain(key, value);
        });
    }

    private static void requirePlain(String part, String text) {
        if (text.indexOf(',') >= 0 || hasControl(text)) {
            throw new IllegalArgumentException(
                "device address: the " + part + " must have no comma and no control character: \"" + text + "\"");
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /**
     * Reads an address.
     *
     * @throws BadAddressException if it does not have the form above, saying where
     */
    public static DeviceAddress parse(String text) {
        if (hasControl(text)) {
            // Not repeated as it is: a message is one line.
            throw new BadAddressException(text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?"), "it has a control character, shown here as ?");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new BadAddressException(text, "it has no scheme and colon; " + FORM);
        }
        String scheme = text.substring(0, colon);
        if (!SCHEME.matcher(scheme).matches()) {
            throw new BadAddressException(text, "\"" + scheme + "\" is not a scheme: lower-case letters, digits and -; " + FORM);
        }
        String[] parts = text.substring(colon + 1).split(",", -1);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new BadAddressException(text, parts[i].isEmpty()
                    ? "nothing stands after a comma, where key=value should"
                    : "\"" + parts[i] + "\" is not key=value");
            }
            String key = parts[i].substring(0, equals);
            if (!KEY.matcher(key).matches()) {
                throw new BadAddressException(text, "\"" + key + "\" is not a key: lower-case letters, digits, _, . and -");
            }
            if (options.put(key, parts[i].substring(equals + 1)) != null) {
                throw new BadAddressException(text, "key \"" + key + "\" is given twice");
            }
        }
        return new DeviceAddress(scheme, parts[0], options);
    }

    /** The address without options, by which a device is named in messages. */
    public String name() {
        return scheme + ":" + locator;
    }

    /** An address that could not be read, or that names nothing. Shown to users as it is. */
    public static final class BadAddressException extends PlatformException {
        private static final long serialVersionUID = 1L;

        private final String why;

        public BadAddressException(String address, String why) {
            super("device address \"" + address + "\": " + why);
            this.why = why;
        }

        /** The reason alone, for those who name something else by an address, as a wire. */
        public String why() {
            return why;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name());
        options.forEach((key, value) -> text.append(',').append(key).append('=').append(value));
        return text.toString();
    }
}
