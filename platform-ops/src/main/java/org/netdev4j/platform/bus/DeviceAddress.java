package org.netdev4j.platform.bus;

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
 * @param locator where on the bus; may be empty
 * @param options key and value, in the order given; whether a key is known is the bus's and the driver's to say
 */
public record DeviceAddress(String scheme, String locator, Map<String, String> options) {
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_.-]*");

    public DeviceAddress {
        if (!SCHEME.matcher(scheme).matches()) {
            throw new IllegalArgumentException("not a scheme: \"" + scheme + "\"");
        }
        options = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Reads an address.
     *
     * @throws BadAddressException if it does not have the form above, saying where
     */
    public static DeviceAddress parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !SCHEME.matcher(text.substring(0, colon)).matches()) {
            throw new BadAddressException(text, "an address is scheme:locator[,key=value]..., as in loopback: or sim:ena,queues=4");
        }
        String[] parts = text.substring(colon + 1).split(",", -1);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String key = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            if (equals < 0 || !KEY.matcher(key).matches()) {
                throw new BadAddressException(text, "\"" + parts[i] + "\" is not key=value");
            }
            if (options.put(key, parts[i].substring(equals + 1)) != null) {
                throw new BadAddressException(text, "key \"" + key + "\" is given twice");
            }
        }
        return new DeviceAddress(text.substring(0, colon), parts[0], options);
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
