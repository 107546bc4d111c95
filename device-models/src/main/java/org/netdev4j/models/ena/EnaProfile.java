package org.netdev4j.models.ena;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.Suggest;

/**
 * A device as one type of EC2 instance has it: the {@link EnaKey} values that differ from the standard ones.
 *
 * <p>Bandwidth is Amazon's own figure [EC2-TYPES]; so are the queues, 8 or, on network accelerated types, 32, and no
 * more than there are vCPUs; which generation of Nitro has configurable RSS keys, wide LLQ, the recommendation of it
 * and its depth, and flow steering [AMZN kernel/linux/ena/ENA_Linux_Best_Practices.rst, README.rst]. What is not public
 * (packets a second, capabilities by type) is assumed; docs/devices/ena-model.md says what.
 *
 * @param name        of the type, as {@code c5n.9xlarge}
 * @param description one line
 * @param values      key and value as written in an address
 */
public record EnaProfile(String name, String description, Map<String, String> values) {
    /** The profile where none is named: no type's, but a device with everything and without limits. */
    public static final String STANDARD = "full";

    private static final Map<String, EnaProfile> ALL = new LinkedHashMap<>();

    static {
        add(STANDARD, "every feature, no allowances");
        add("t3.micro", "2 vCPU, bursts of 5 Gb/s over 64 Mb/s (Nitro v2)",
            "queues", "2", "speed", "5000", "bw-in", "5G", "bw-out", "5G", "pps", "500k", "link-local", "1024",
            "rx-depth", "8192", "srd", "false", "metrics", "0", "flow-rules", "0", "timestamps", "none", "phc", "false",
            "rss-key", "false", "rss-fields", "false", "extended-reset", "false", "cdesc-mbz", "false");
        add("m5.large", "2 vCPU, bursts of 10 Gb/s over 750 Mb/s (Nitro v2); firmware that knows the older LLQ only",
            "queues", "2", "speed", "10000", "bw-in", "10G", "bw-out", "10G", "pps", "900k", "link-local", "1024",
            "rx-depth", "8192", "llq-entries", "1", "llq-wide-depth", "0", "llq-recommended", "0", "llq-version", "0",
            "srd", "false", "metrics", "0", "flow-rules", "0", "timestamps", "none", "phc", "false", "rss-key", "false",
            "rss-fields", "false", "extended-reset", "false", "cdesc-mbz", "false", "frag-bypass", "false");
        add("i3.16xlarge", "64 vCPU, 25 Gb/s (Xen): ENA without LLQ and without the extended list of queues",
            "queues", "8", "speed", "25000", "bw-in", "25G", "bw-out", "25G", "pps", "3M", "link-local", "1024",
            "rx-depth", "1024",
            "llq", "false", "llq-bar", "false", "max-queues-ext", "false", "hw-hints", "false", "extra-properties", "false",
            "srd", "false", "metrics", "0", "eni-stats", "false", "flow-rules", "0", "timestamps", "none", "phc", "false",
            "rss-key", "false", "rss-fields", "false", "extended-reset", "false", "cdesc-mbz", "false",
            "frag-bypass", "false", "aenq-groups", "0x1f");
        add("c5n.9xlarge", "36 vCPU, 50 Gb/s (Nitro v3)",
            "queues", "32", "speed", "50000", "bw-in", "50G", "bw-out", "50G", "pps", "7M", "link-local", "1024",
            "srd", "false", "flow-rules", "0", "timestamps", "none", "phc", "false",
            "extended-reset", "false", "cdesc-mbz", "false");
        add("m6i.8xlarge", "32 vCPU, 12.5 Gb/s (Nitro v4)",
            "queues", "8", "speed", "25000", "bw-in", "12.5G", "bw-out", "12.5G", "pps", "5M", "link-local", "1024",
            "llq-recommended", "4", "flow-rules", "0", "timestamps", "none", "phc", "false");
        add("c6in.metal", "128 vCPU, 200 Gb/s on two cards (Nitro v4): one card of 100 Gb/s",
            "queues", "32", "speed", "100000", "bw-in", "100G", "bw-out", "100G", "pps", "20M", "link-local", "1024",
            "llq-recommended", "4", "flow-rules", "0", "timestamps", "none", "phc", "false");
        add("m7i.metal-48xl", "192 vCPU, 50 Gb/s (Nitro v4), with a clock",
            "queues", "8", "speed", "50000", "bw-in", "50G", "bw-out", "50G", "pps", "12M", "link-local", "1024",
            "llq-recommended", "4", "flow-rules", "0", "timestamps", "none");
        add("r8g.48xlarge", "192 vCPU, 50 Gb/s (Nitro v5): clock, steering, time stamps; no meta caching, bursts limited",
            "queues", "8", "speed", "50000", "bw-in", "50G", "bw-out", "50G", "pps", "12M", "link-local", "1024",
            "llq-recommended", "4", "llq-wide-depth", "1024", "flow-rules", "192", "llq-meta-caching", "false",
            "llq-burst", "4096");
    }

    /** Keeps its own copy of the values. */
    public EnaProfile {
        values = Map.copyOf(values);
    }

    /** All, the standard one first. */
    public static List<EnaProfile> all() {
        return List.copyOf(ALL.values());
    }

    /**
     * The one with a name.
     *
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    public static EnaProfile of(String name) {
        EnaProfile found = ALL.get(name);
        if (found == null) {
            throw new IllegalArgumentException("profile=\"" + name + "\": there is no such profile"
                + Suggest.didYouMean(name, ALL.keySet()) + "; known are " + String.join(", ", ALL.keySet()));
        }
        return found;
    }

    private static void add(String name, String description, String... keysAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        ALL.put(name, new EnaProfile(name, description, values));
    }
}
