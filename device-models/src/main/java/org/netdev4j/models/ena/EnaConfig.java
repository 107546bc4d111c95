package org.netdev4j.models.ena;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.OptionSpec;

/** The numbers of one device: a profile's, and those that its address puts over them. Immutable. */
public final class EnaConfig {
    /** Key of the profile in a device address. */
    public static final String PROFILE = "profile";
    /** Key of the MAC address in a device address. */
    public static final String MAC = "mac";

    private final EnaProfile profile;
    private final Optional<MacAddress> mac;
    private final EnumMap<EnaKey, Long> values;

    private EnaConfig(EnaProfile profile, Optional<MacAddress> mac, EnumMap<EnaKey, Long> values) {
        this.profile = profile;
        this.mac = mac;
        this.values = values;
    }

    /** Keys that a device address may carry for this model. */
    public static List<OptionSpec> options() {
        List<OptionSpec> all = new ArrayList<>();
        String names = String.join("|", EnaProfile.all().stream().map(EnaProfile::name).toList());
        all.add(new OptionSpec(PROFILE, names, EnaProfile.STANDARD, "the instance type whose device this is"));
        all.add(new OptionSpec(MAC, "MAC address", "random", "the device's own address"));
        for (EnaKey key : EnaKey.values()) {
            all.add(key.spec());
        }
        return all;
    }

    /**
     * Reads the keys of a device address.
     *
     * @throws IllegalArgumentException with one line, if a key or a value is not known or the values do not fit together
     */
    public static EnaConfig of(Map<String, String> options) {
        EnaProfile profile = EnaProfile.of(options.getOrDefault(PROFILE, EnaProfile.STANDARD));
        EnumMap<EnaKey, Long> values = new EnumMap<>(EnaKey.class);
        for (EnaKey key : EnaKey.values()) {
            String text = options.getOrDefault(key.key(), profile.values().getOrDefault(key.key(), key.standard()));
            values.put(key, key.parse(text));
        }
        requireKnown(options);
        // A profile's recommendation ends where the address takes away what it recommends.
        if (!options.containsKey(EnaKey.LLQ_RECOMMENDED.key())
            && (values.get(EnaKey.LLQ_RECOMMENDED) & values.get(EnaKey.LLQ_ENTRIES)) == 0) {
            values.put(EnaKey.LLQ_RECOMMENDED, 0L);
        }
        EnaConfig config = new EnaConfig(profile, Optional.ofNullable(options.get(MAC)).map(EnaConfig::unicast), values);
        config.requireConsistent();
        return config;
    }

    private static void requireKnown(Map<String, String> options) {
        List<String> known = options().stream().map(OptionSpec::key).toList();
        for (String key : options.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                    "there is no key \"" + key + "\"" + Suggest.didYouMean(key, known) + "; known are "
                        + String.join(", ", known));
            }
        }
    }

    private static MacAddress unicast(String text) {
        MacAddress address;
        try {
            address = MacAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("mac=" + e.getMessage(), e);
        }
        if (address.isMulticast() || address.equals(MacAddress.ZERO)) {
            throw new IllegalArgumentException("mac=\"" + text + "\": a device's own address is neither zero nor multicast");
        }
        return address;
    }

    private void requireConsistent() {
        long recommended = get(EnaKey.LLQ_RECOMMENDED);
        if (recommended != 0 && (Long.bitCount(recommended) != 1 || (recommended & get(EnaKey.LLQ_ENTRIES)) == 0)) {
            throw new IllegalArgumentException("llq-recommended=\"" + recommended
                + "\": not one of the sizes that llq-entries=" + get(EnaKey.LLQ_ENTRIES) + " offers");
        }
        if (get(EnaKey.VECTORS) == 1) {
            throw new IllegalArgumentException(
                "msix-vectors=\"1\": not 2 or more; one is for management, the others are for queues");
        }
    }

    /** A number. Flags are 1 for true. */
    public long get(EnaKey key) {
        return values.get(key);
    }

    /** A number, for those that fit. */
    int number(EnaKey key) {
        return (int) (long) values.get(key);
    }

    /** A flag. */
    boolean is(EnaKey key) {
        return values.get(key) != 0;
    }

    /** The profile that the numbers come from. */
    public EnaProfile profile() {
        return profile;
    }

    /** The device's address, if one was given. */
    Optional<MacAddress> mac() {
        return mac;
    }

    /** MSI-X vectors. */
    int vectors() {
        return is(EnaKey.VECTORS) ? number(EnaKey.VECTORS) : number(EnaKey.QUEUES) + 1;
    }
}
