package org.netdev4j.cli.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.netdev4j.platform.Suggest;

/** What is in effect: the standard values, and over them what the file, the environment and the options say. Immutable. */
public final class Config {
    /** Nothing given. */
    public static final Config STANDARD = new Config(Map.of());

    private static final Pattern DEVICE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    private final Map<String, Entry> entries;

    private Config(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /**
     * A value that somebody gave.
     *
     * @param path   full name of its key
     * @param text   as written; of a list, the elements with commas between
     * @param origin where it stands
     */
    public record Entry(String path, String text, Origin origin) {
    }

    /**
     * The same with further values, which win over those that are there.
     *
     * @throws ConfigException if a key is unknown or a value is not one of its key
     */
    public Config with(Collection<Entry> further) {
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        for (Entry entry : further) {
            Key<?> key = Keys.at(entry.path()).orElseThrow(() -> unknown(entry));
            if (key.ofDevice()) {
                requireName(entry);
            }
            key.type().problem(entry.text()).ifPresent(problem -> {
                throw new ConfigException(entry.origin().about(entry.path()) + ": " + problem);
            });
            all.put(entry.path(), entry);
        }
        return new Config(Collections.unmodifiableMap(all));
    }

    /**
     * Checks what can be checked only when all values are there.
     *
     * @throws ConfigException if a device has no address
     */
    public Config complete() {
        for (String device : devices()) {
            if (find(device, Keys.ADDRESS).isEmpty()) {
                Entry first = entries.values().stream().filter(e -> deviceOf(e.path()).equals(Optional.of(device))).findFirst()
                    .orElseThrow();
                throw new ConfigException(first.origin().about("devices." + device)
                    + ": the device has no address; say where it is, as address: \"loopback:\"");
            }
        }
        return this;
    }

    private static ConfigException unknown(Entry entry) {
        String path = entry.path();
        String section = "";
        for (String word : path.split("\\.", -1)) {
            List<String> known = Keys.words(section);
            String next = section.isEmpty() ? word : section + "." + word;
            if (section.equals("devices")) {
                known = List.of(word);
            }
            if (!known.contains(word)) {
                return unknownKey(entry.origin(), path, word, section);
            }
            section = next;
        }
        return new ConfigException(entry.origin().about(path) + ": not a key but a section; its keys are "
            + String.join(", ", Keys.words(path)));
    }

    /** For a key that is not known: which are, where it stands. */
    static ConfigException unknownKey(Origin origin, String path, String word, String section) {
        List<String> known = Keys.words(section);
        return new ConfigException(origin.about(path) + ": unknown key \"" + word + "\"" + Suggest.didYouMean(word, known)
            + "; known" + (section.isEmpty() ? "" : " in " + section) + ": " + String.join(", ", known));
    }

    private static void requireName(Entry entry) {
        String name = deviceOf(entry.path()).orElseThrow();
        if (!DEVICE_NAME.matcher(name).matches() && !name.startsWith("#")) {
            throw new ConfigException(entry.origin().about(entry.path()) + ": \"" + name
                + "\" is no name for a device; letters, digits, - and _ make one, beginning with a letter");
        }
    }

    private static Optional<String> deviceOf(String path) {
        String[] words = path.split("\\.");
        return words.length > 2 && words[0].equals("devices") ? Optional.of(words[1]) : Optional.empty();
    }

    /** Names of the devices, in the order given. */
    public Set<String> devices() {
        Set<String> names = new LinkedHashSet<>();
        entries.keySet().forEach(path -> deviceOf(path).ifPresent(names::add));
        return names;
    }

    /** A value, or the standard one; empty if there is neither. */
    public <T> Optional<T> find(Key<T> key) {
        return value(key, key.path());
    }

    /** A value of a device, or the standard one; empty if there is neither. */
    public <T> Optional<T> find(String device, Key<T> key) {
        return value(key, key.path(device));
    }

    /** A value of a key that has a standard one. */
    public <T> T get(Key<T> key) {
        return find(key).orElseThrow();
    }

    /** A value of a device's key that has a standard one. */
    public <T> T get(String device, Key<T> key) {
        return find(device, key).orElseThrow();
    }

    private <T> Optional<T> value(Key<T> key, String path) {
        return text(key, path).map(key.type()::read);
    }

    /** What is in effect, as written; empty if nothing is. */
    Optional<String> text(Key<?> key, String path) {
        Entry entry = entries.get(path);
        if (entry != null) {
            return Optional.of(entry.text());
        }
        return key.standard().isEmpty() ? Optional.empty() : Optional.of(key.standard());
    }

    /** Where the value of the key with this full name comes from. */
    public Origin origin(String path) {
        Entry entry = entries.get(path);
        return entry == null ? Origin.STANDARD : entry.origin();
    }

    /** For a value that turns out not to do. */
    public ConfigException refused(String path, String problem, Throwable cause) {
        return new ConfigException(origin(path).about(path) + ": " + problem, cause);
    }
}
