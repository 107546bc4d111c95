package org.netdev4j.models.ena;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * The numbers that make one ENA device differ from another: each is a key of a device address, and a {@link
 * EnaProfile} sets some.
 */
public enum EnaKey {
    /** Which PCI id. */
    DEVICE("device", Kind.choice(Map.of("vf", 0xec20L, "vf-llq", 0xec21L, "pf", 0x0ec2L, "pf-llq", 0x1ec2L)), "vf",
        "PCI device id: ec20, ec21, 0ec2 or 1ec2"),
    /** Read-less register reads. */
    READLESS("readless", Kind.flag(), "true", "registers can be read through memory; else the revision says no"),
    /** Where the MSI-X table lies. */
    MSIX_BAR("msix-bar", Kind.choice(Map.of("0", 0L, "4", 4L)), "0",
        "BAR of the MSI-X table: with the registers, or its own"),
    /** MSI-X vectors. */
    VECTORS("msix-vectors", Kind.number(0, 129), "0", "MSI-X vectors; 0 for one more than queues"),
    /** The memory of low-latency queues. */
    LLQ_BAR("llq-bar", Kind.flag(), "true", "the device has BAR 2"),
    /** Pairs of queues. */
    QUEUES("queues", Kind.number(1, 128), "8", "pairs of queues"),
    /** Transmit rings. */
    TX_DEPTH("tx-depth", Kind.powerOfTwo(256, 32768), "1024", "deepest transmit ring"),
    /** Receive rings. */
    RX_DEPTH("rx-depth", Kind.powerOfTwo(256, 32768), "16384", "deepest receive ring"),
    /** Descriptors of a transmitted packet. */
    TX_DESCS("tx-descs", Kind.number(2, 64), "20", "most descriptors of a transmitted packet, the meta descriptor counted"),
    /** Descriptors of a received packet. */
    RX_DESCS("rx-descs", Kind.number(1, 64), "16", "most descriptors of a received packet"),
    /** Room in front of received packets. */
    RX_OFFSET("rx-offset", Kind.number(0, 255), "0",
        "bytes left free in front of a received packet, for drivers that take it"),
    /** Header outside LLQ. */
    MAX_HEADER("max-header", Kind.number(0, 255), "128", "longest pushed header that the device names"),
    /** Largest MTU. */
    MAX_MTU("max-mtu", Kind.number(128, 65535), "9216", "largest MTU, without Ethernet header"),
    /** Link speed. */
    SPEED("speed", Kind.number(1000, 400_000), "25000", "link speed in Mb/s"),

    /** Feature 7. */
    MAX_QUEUES_EXT("max-queues-ext", Kind.flag(), "true", "feature MAX_QUEUES_EXT; else only MAX_QUEUES_NUM"),
    /** Feature 3. */
    HW_HINTS("hw-hints", Kind.flag(), "true", "feature HW_HINTS"),
    /** Features 5 and 6. */
    EXTRA_PROPERTIES("extra-properties", Kind.flag(), "true", "features EXTRA_PROPERTIES_STRINGS and _FLAGS"),
    /** Feature 8. */
    FRAG_BYPASS("frag-bypass", Kind.flag(), "true", "feature FRAG_BYPASS"),
    /** Features 10, 12 and 18. */
    RSS("rss", Kind.flag(), "true", "any RSS feature"),
    /** Feature 10. */
    RSS_KEY("rss-key", Kind.flag(), "true", "feature RSS_HASH_FUNCTION: key and function can be set"),
    /** Feature 18. */
    RSS_FIELDS("rss-fields", Kind.flag(), "true", "feature RSS_HASH_INPUT: fields can be set"),
    /** Functions. */
    RSS_FUNCTIONS("rss-functions", Kind.number(1, 0xff), "6", "bit mask of hash functions: 2 Toeplitz, 4 CRC32"),
    /** Table. */
    RSS_TABLE("rss-table", Kind.number(0, 16), "7", "size of the RSS table, as a power of two"),
    /** Single entries. */
    RSS_ONE_ENTRY("rss-one-entry", Kind.flag(), "false", "one entry of the RSS table can be set alone"),
    /** Feature 20. */
    MODERATION("moderation", Kind.flag(), "true", "feature INTERRUPT_MODERATION"),
    /** Its unit. */
    MODERATION_RESOLUTION("moderation-resolution", Kind.number(0, 65535), "1", "microseconds of a unit of interrupt delay"),
    /** Feature 27. */
    LINK_CONFIG("link-config", Kind.flag(), "true", "feature LINK_CONFIG"),
    /** Feature 29. */
    PHC("phc", Kind.flag(), "true", "feature PHC_CONFIG: a clock"),
    /** Feature 30. */
    FLOW_RULES("flow-rules", Kind.number(0, 1024), "128", "flow steering rules; 0 for no feature FLOW_STEERING_CONFIG"),
    /** Feature 31. */
    TIMESTAMPS("timestamps", Kind.choice(Map.of("none", 0L, "rx", 1L, "both", 3L)), "both",
        "packets with hardware time stamps"),
    /** Offloads of transmit. */
    TX_OFFLOADS("tx-offloads", Kind.number(0, 0xff), "0xff", "bit mask of transmit offloads, as the device reports it"),
    /** Offloads of receive. */
    RX_OFFLOADS("rx-offloads", Kind.number(0, 0xf), "0xf", "bit mask of receive offloads, as the device reports it"),

    /** Feature 4. */
    LLQ("llq", Kind.flag(), "true", "feature LLQ: low-latency queues"),
    /** Its version. */
    LLQ_VERSION("llq-version", Kind.number(0, 1), "1", "version of the feature LLQ"),
    /** Depth. */
    LLQ_DEPTH("llq-depth", Kind.powerOfTwo(256, 32768), "1024", "deepest low-latency queue"),
    /** Depth of wide ones. */
    LLQ_WIDE_DEPTH("llq-wide-depth", Kind.number(0, 32768), "512", "deepest one with entries of 256 bytes; 0 if not told"),
    /** Entry sizes. */
    LLQ_ENTRIES("llq-entries", Kind.number(1, 7), "5", "bit mask of entry sizes: 1 for 128, 2 for 192, 4 for 256 bytes"),
    /** The recommended one. */
    LLQ_RECOMMENDED("llq-recommended", Kind.number(0, 4), "1", "recommended entry size, a bit of llq-entries; 0 for none"),
    /** Header location. */
    LLQ_HEADER("llq-header", Kind.number(1, 3), "1", "bit mask of header locations: 1 inline, 2 ring"),
    /** Descriptors before the header. */
    LLQ_DESCS("llq-descs", Kind.number(0, 15), "15", "bit mask of numbers of descriptors before the header: 1, 2, 4, 8"),
    /** Stride. */
    LLQ_STRIDE("llq-stride", Kind.number(1, 3), "3", "bit mask of strides: 1 single, 2 multiple descriptors in an entry"),
    /** Meta caching. */
    LLQ_META_CACHING("llq-meta-caching", Kind.flag(), "true", "meta descriptors are cached; else each packet carries one"),
    /** Burst. */
    LLQ_BURST("llq-burst", Kind.number(0, 65535), "0", "bytes that may be written between two doorbells; 0 for no limit"),

    /** Capability 0. */
    ENI_STATS("eni-stats", Kind.flag(), "true", "capability ENI_STATS"),
    /** Capability 1. */
    SRD("srd", Kind.flag(), "true", "capability ENA_SRD_INFO"),
    /** Capability 2. */
    METRICS("metrics", Kind.number(0, 0x3f), "0x3f", "bit mask of customer metrics; 0 for no capability CUSTOMER_METRICS"),
    /** Capability 3. */
    EXTENDED_RESET("extended-reset", Kind.flag(), "true", "capability EXTENDED_RESET_REASONS"),
    /** Capability 4. */
    CDESC_MBZ("cdesc-mbz", Kind.flag(), "true", "capability CDESC_MBZ"),
    /** Event groups. */
    AENQ_GROUPS("aenq-groups", Kind.number(0, 0xff), "0xff", "bit mask of event groups"),

    /** Reset limit. */
    RESET_TIMEOUT("reset-timeout", Kind.number(0, 31), "30",
        "time limit of a reset that the device names, in units of 100 ms"),
    /** Reset time. */
    RESET_TIME("reset-time", Kind.duration(), "1ms", "how long a reset takes"),
    /** Admin limit. */
    ADMIN_TIMEOUT("admin-timeout", Kind.number(0, 15), "0",
        "time limit of a command that the device names, in units of 100 ms"),
    /** Admin time. */
    ADMIN_TIME("admin-time", Kind.duration(), "0", "how long a command takes"),
    /** DMA. */
    DMA_WIDTH("dma-width", Kind.number(32, 48), "48", "bits of a DMA address"),
    /** Keep-alive. */
    KEEP_ALIVE("keep-alive", Kind.duration(), "1s", "time between keep-alive events; 0 for none"),
    /** PHC expiry. */
    PHC_EXPIRE("phc-expire", Kind.number(0, 1_000_000), "1000",
        "microseconds a time request is valid; 0 for the driver's default"),
    /** PHC block. */
    PHC_BLOCK("phc-block", Kind.number(0, 10_000_000), "2000",
        "microseconds of silence after a late one; 0 for the driver's default"),
    /** PHC error. */
    PHC_ERROR("phc-error", Kind.number(0, 0xffff_fffeL), "1000", "error bound of the clock in nanoseconds"),

    /** Hint. */
    HINT_MMIO_READ("hint-mmio-read", Kind.number(0, 65535), "0", "hint: time limit of a register read, ms"),
    /** Hint. */
    HINT_WATCHDOG("hint-watchdog", Kind.number(0, 65535), "0", "hint: time limit of keep-alive, ms"),
    /** Hint. */
    HINT_MISSING_TX("hint-missing-tx", Kind.number(0, 65535), "0", "hint: time limit of a transmit completion, ms"),
    /** Hint. */
    HINT_MISSED_TX("hint-missed-tx", Kind.number(0, 65535), "0", "hint: missed completions that make a reset"),
    /** Hint. */
    HINT_ADMIN("hint-admin", Kind.number(0, 65535), "0", "hint: time limit of an admin command, ms"),
    /** Hint. */
    HINT_NETDEV("hint-netdev", Kind.number(0, 65535), "0", "hint: time limit of the system's watchdog, ms"),
    /** Hint. */
    HINT_TX_SGL("hint-tx-sgl", Kind.number(0, 65535), "0", "hint: buffers of a transmitted packet"),
    /** Hint. */
    HINT_RX_SGL("hint-rx-sgl", Kind.number(0, 65535), "0", "hint: buffers of a received packet"),

    /** Allowance. */
    BW_IN("bw-in", Kind.rate(), "0", "bits a second that may come in; 0 for no limit"),
    /** Allowance. */
    BW_OUT("bw-out", Kind.rate(), "0", "bits a second that may go out; 0 for no limit"),
    /** Allowance. */
    PPS("pps", Kind.rate(), "0", "packets a second, both ways; 0 for no limit"),
    /** Allowance. */
    LINK_LOCAL("link-local", Kind.rate(), "0", "packets a second to link-local services; 0 for no limit"),
    /** Allowance. */
    FRAGMENTS("fragments", Kind.rate(), "0", "IP fragments a second that may go out, unless bypassed; 0 for no limit"),
    /** Allowance. */
    ALLOWANCE_BURST("allowance-burst", Kind.duration(), "10ms", "time whose allowance can be saved up for a burst"),

    /** Receive. */
    RX_PATIENCE("rx-patience", Kind.duration(), "0", "how long a frame waits for a buffer before it is dropped"),
    /** Receive. */
    RX_ZERO_LAST("rx-zero-last", Kind.flag(), "false", "a packet that fills its last buffer ends with one of no bytes"),
    /** Receive. */
    RX_OUT_OF_ORDER("rx-out-of-order", Kind.flag(), "false", "buffers are used in another order than posted"),
    /** Transmit. */
    TX_OUT_OF_ORDER("tx-out-of-order", Kind.flag(), "false", "packets are completed in another order than sent"),
    /** Transmit. */
    TX_BATCH("tx-batch", Kind.number(1, 32), "1", "completions that are gathered before they are written"),
    /** Transmit. */
    TX_BATCH_TIME("tx-batch-time", Kind.duration(), "20us", "after which gathered completions are written anyway"),

    /** Connections. */
    CONNTRACK("conntrack", Kind.number(0, 1L << 40), "0", "connections that may still be tracked, as reported");

    private static final Map<String, EnaKey> BY_NAME =
        Arrays.stream(values()).collect(Collectors.toMap(EnaKey::key, Function.identity()));

    private final String key;
    private final Kind kind;
    private final String standard;
    private final String description;

    EnaKey(String key, Kind kind, String standard, String description) {
        this.key = key;
        this.kind = kind;
        this.standard = standard;
        this.description = description;
    }

    /** As written in an address. */
    public String key() {
        return key;
    }

    /** Its value where nothing else is said, as written. */
    String standard() {
        return standard;
    }

    /** For a list of keys. */
    OptionSpec spec() {
        return new OptionSpec(key, kind.values, standard, description);
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException with one line that names the key and what is allowed
     */
    long parse(String text) {
        try {
            return kind.parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + "=" + e.getMessage() + " (" + description + ")", e);
        }
    }

    /** The one with a name. */
    static Optional<EnaKey> of(String key) {
        return Optional.ofNullable(BY_NAME.get(key));
    }

    /** All names. */
    static List<String> names() {
        return Arrays.stream(values()).map(EnaKey::key).toList();
    }

    private record Kind(String values, Function<String, Long> parse) {
        static Kind number(long least, long most) {
            return new Kind(least + "-" + most, text -> wholeNumber(text, least, most));
        }

        static Kind powerOfTwo(long least, long most) {
            return new Kind("power of two, " + least + "-" + most, text -> {
                long number = wholeNumber(text, least, most);
                if (Long.bitCount(number) != 1) {
                    throw new IllegalArgumentException("\"" + text + "\": not a power of two");
                }
                return number;
            });
        }

        static Kind flag() {
            return choice(Map.of("true", 1L, "false", 0L));
        }

        static Kind choice(Map<String, Long> meanings) {
            String values = meanings.keySet().stream().sorted().collect(Collectors.joining("|"));
            return new Kind(values, text -> {
                Long meaning = meanings.get(text);
                if (meaning == null) {
                    throw new IllegalArgumentException("\"" + text + "\": not one of " + values);
                }
                return meaning;
            });
        }

        static Kind duration() {
            return new Kind("duration", Units::durationNanos);
        }

        static Kind rate() {
            return new Kind("number, k, M or G", text -> "0".equals(text) ? 0L : (Long) Units.bitsPerSecond(text));
        }

        private static long wholeNumber(String text, long least, long most) {
            if (!text.startsWith("0x")) {
                return Units.wholeNumber(text, least, most);
            }
            try {
                return Units.wholeNumber(Long.toString(Long.parseLong(text.substring(2), 16)), least, most);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + text + "\": not a hexadecimal number", e);
            }
        }
    }
}
