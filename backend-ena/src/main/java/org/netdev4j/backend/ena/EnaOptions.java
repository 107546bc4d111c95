package org.netdev4j.backend.ena;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * What the address of an ENA says to its driver, checked.
 *
 * @param llq              where transmit descriptors go
 * @param admin            how admin completions and events are noticed
 * @param controlPollNanos how often events are looked for without interrupts
 * @param missingTxNanos   how long a transmit completion may take; empty for the device's hint, 0 for no limit
 * @param watchdog         true if the driver watches the device
 * @param maxQueues        most queue pairs to offer
 * @param fragBypass       true if IP fragments are to pass their rate limit
 */
record EnaOptions(LlqPolicy llq, AdminMode admin, long controlPollNanos, Optional<Long> missingTxNanos, boolean watchdog,
                  int maxQueues, boolean fragBypass) {
    /** What is in force when the address says nothing. */
    static final EnaOptions STANDARD = parse("ena", Map.of());

    static final int MOST_QUEUES = 32;

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int LONGEST_POLL_MILLIS = 1000;
    private static final int LONGEST_MISSING_TX_SECONDS = 60;

    /** Whether to use low-latency queues [DPDK drivers/net/ena, device argument llq_policy]. */
    enum LlqPolicy {
        /** With the entry size that the device recommends; host memory if it has none. */
        RECOMMENDED,
        /** Host memory. */
        OFF,
        /** Entries of 128 bytes, or the device is refused. */
        NORMAL,
        /** Entries of 256 bytes, or the device is refused. */
        WIDE
    }

    /** How admin completions and events are noticed. */
    enum AdminMode {
        /** By interrupt where the system gives vectors. */
        AUTO,
        /** By interrupt, or the device is refused. */
        INTERRUPTS,
        /** By looking. */
        POLLING
    }

    /** For {@link org.netdev4j.spi.NetDevDriver#options()}. */
    static List<OptionSpec> specs() {
        return List.of(
            new OptionSpec("llq_policy", names(LlqPolicy.values()), "recommended",
                "where transmit descriptors and headers go: device memory or host memory"),
            new OptionSpec("admin_mode", names(AdminMode.values()), "auto", "how admin completions and events are noticed"),
            new OptionSpec("control_poll_interval", "1-" + LONGEST_POLL_MILLIS, "20",
                "milliseconds between looks for events when there are no interrupts"),
            new OptionSpec("miss_txc_to", "0-" + LONGEST_MISSING_TX_SECONDS, "device's hint, or 5",
                "seconds that a transmit completion may take; 0 for no limit"),
            new OptionSpec("watchdog", "true|false", "true", "reset the device when it stops working"),
            new OptionSpec("max_queues", "1-" + MOST_QUEUES, String.valueOf(MOST_QUEUES), "most queue pairs to offer"),
            new OptionSpec("enable_frag_bypass", "true|false", "false", "let IP fragments pass their rate limit"));
    }

    /**
     * Reads the keys of an address.
     *
     * @throws InvalidConfigurationException if a value is not allowed, naming key, value and what is
     */
    static EnaOptions parse(String device, Map<String, String> options) {
        Reader in = new Reader(device, options);
        return new EnaOptions(
            in.read("llq_policy", LlqPolicy.RECOMMENDED, text -> named(text, LlqPolicy.values())),
            in.read("admin_mode", AdminMode.AUTO, text -> named(text, AdminMode.values())),
            in.read("control_poll_interval", 20L, text -> Units.wholeNumber(text, 1, LONGEST_POLL_MILLIS)) * MILLI,
            in.read("miss_txc_to", Optional.empty(),
                text -> Optional.of(Units.wholeNumber(text, 0, LONGEST_MISSING_TX_SECONDS) * SECOND)),
            in.read("watchdog", true, EnaOptions::truth),
            in.read("max_queues", MOST_QUEUES, text -> (int) Units.wholeNumber(text, 1, MOST_QUEUES)),
            in.read("enable_frag_bypass", false, EnaOptions::truth));
    }

    private record Reader(String device, Map<String, String> options) {
        <T> T read(String key, T standard, Function<String, T> parse) {
            String text = options.get(key);
            if (text == null) {
                return standard;
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new InvalidConfigurationException(device, "driver ena: " + key + "=" + e.getMessage());
            }
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\": true or false");
        };
    }

    private static <E extends Enum<E>> E named(String text, E[] all) {
        return Arrays.stream(all).filter(each -> name(each).equals(text)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\": one of " + names(all)));
    }

    private static <E extends Enum<E>> String names(E[] all) {
        return Arrays.stream(all).map(EnaOptions::name).collect(Collectors.joining("|"));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
