package org.netdev4j.backend.loopback;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * What the address of a software NIC says, checked.
 *
 * @param queues    most queue pairs
 * @param mac       the address that it is born with
 * @param speedMbps what the link says of its speed; 0 for unknown
 */
record NicOptions(int queues, MacAddress mac, int speedMbps) {
    static final int MOST_QUEUES = 16;

    private static final int MOST_SPEED = 1_000_000;
    // Parameters of the 64-bit FNV-1a hash [FNV].
    private static final long FNV_BASIS = 0xcbf2_9ce4_8422_2325L;
    private static final long FNV_PRIME = 0x100_0000_01b3L;
    private static final long ADDRESS_BITS = 0xffff_ffff_ffffL;

    /** For {@link org.netdev4j.platform.bus.Bus#options()}. */
    static List<OptionSpec> specs() {
        return List.of(
            new OptionSpec("queues", "1-" + MOST_QUEUES, String.valueOf(MOST_QUEUES), "most queue pairs"),
            new OptionSpec("mac", "MAC address", "made from the locator", "address that the device is born with"),
            new OptionSpec("speed", "0-" + MOST_SPEED, "0", "link speed to report, in Mb/s; 0 for unknown"));
    }

    /**
     * Reads an address, whose keys are known.
     *
     * @throws BadAddressException if a value is not allowed, naming key, value and what is
     */
    static NicOptions parse(DeviceAddress address) {
        return new NicOptions(
            read(address, "queues", MOST_QUEUES, text -> (int) Units.wholeNumber(text, 1, MOST_QUEUES)),
            read(address, "mac", standardMac(address.locator()), NicOptions::station),
            read(address, "speed", 0, text -> (int) Units.wholeNumber(text, 0, MOST_SPEED)));
    }

    private static <T> T read(DeviceAddress address, String key, T standard, Function<String, T> parse) {
        Map<String, String> options = address.options();
        try {
            return options.containsKey(key) ? parse.apply(options.get(key)) : standard;
        } catch (IllegalArgumentException e) {
            throw new BadAddressException(address.toString(), key + "=" + e.getMessage());
        }
    }

    private static MacAddress station(String text) {
        MacAddress mac = MacAddress.parse(text);
        if (!mac.isStation()) {
            throw new IllegalArgumentException("\"" + text + "\": a device's address is not a group address and not zero");
        }
        return mac;
    }

    /** The same for the same locator in every run: a locally administered address whose other 46 bits are a hash of it. */
    private static MacAddress standardMac(String locator) {
        long hash = FNV_BASIS;
        for (byte b : locator.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xff) * FNV_PRIME;
        }
        long folded = hash ^ hash >>> 48;
        return new MacAddress(folded & ADDRESS_BITS & ~MacAddress.GROUP_BIT | MacAddress.LOCAL_BIT);
    }
}
