package org.netdev4j.models.device;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.Units;

/**
 * When and where a fault happens.
 *
 * @param text        as written
 * @param place       or {@link #EVERYWHERE}
 * @param probability of each occasion, above 0 up to 1
 * @param after       nanoseconds
 * @param until       nanoseconds, {@link Long#MAX_VALUE} for ever
 */
record FaultRule(FaultSpec spec, String text, int place, long skip, long count, double probability, long after,
                 long until, long value) {
    static final int EVERYWHERE = Integer.MIN_VALUE;

    private static final List<String> KEYS = List.of("skip", "count", "p", "after", "until", "value");

    /** True if the clock has to be asked. */
    boolean timed() {
        return after > 0 || until != Long.MAX_VALUE;
    }

    /**
     * Reads one fault.
     *
     * @throws IllegalArgumentException naming what is wrong and what would be right
     */
    static FaultRule parse(String text, Map<String, FaultSpec> known) {
        String[] parts = text.split(":", -1);
        int at = parts[0].indexOf('@');
        String name = at < 0 ? parts[0] : parts[0].substring(0, at);
        FaultSpec spec = known.get(name);
        if (spec == null) {
            throw unknown(name, known.keySet());
        }
        int place = at < 0 ? EVERYWHERE : place(spec, parts[0].substring(at + 1));
        Map<String, String> keys = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String key = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw wrong(spec, "there is no key \"" + key + "\"; a fault is NAME[@PLACE][:KEY=VALUE]... with the keys "
                    + String.join(", ", KEYS) + Faults.didYouMean(key, KEYS));
            }
            if (keys.put(key, parts[i].substring(equals + 1)) != null) {
                throw wrong(spec, "key \"" + key + "\" is given twice");
            }
        }
        return rule(spec, text, place, keys);
    }

    private static FaultRule rule(FaultSpec spec, String text, int place, Map<String, String> keys) {
        if (keys.containsKey("value") && spec.value().isEmpty()) {
            throw wrong(spec, "it takes no value");
        }
        long skip = read(spec, keys, "skip", 0L, t -> Units.wholeNumber(t, 0, Long.MAX_VALUE));
        long count = read(spec, keys, "count", Long.MAX_VALUE, t -> Units.wholeNumber(t, 1, Long.MAX_VALUE));
        double probability = read(spec, keys, "p", 1.0, Units::probability);
        long after = read(spec, keys, "after", 0L, Units::durationNanos);
        long until = read(spec, keys, "until", Long.MAX_VALUE, Units::durationNanos);
        long value = read(spec, keys, "value", spec.standard(), FaultRule::number);
        return new FaultRule(spec, text, place, skip, count, probability, after, until, value);
    }

    private static <T> T read(FaultSpec spec, Map<String, String> keys, String key, T standard,
                              java.util.function.Function<String, T> parse) {
        String text = keys.get(key);
        if (text == null) {
            return standard;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong(spec, key + "=" + e.getMessage()).getMessage(), e);
        }
    }

    private static int place(FaultSpec spec, String text) {
        if (text.equals("*")) {
            return EVERYWHERE;
        }
        if (spec.place().isEmpty()) {
            throw wrong(spec, "it has no places: \"@" + text + "\"");
        }
        Integer named = spec.places().get(text);
        if (named != null) {
            return named;
        }
        try {
            return (int) Units.wholeNumber(text, 0, Integer.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            List<String> names = spec.places().keySet().stream().sorted().toList();
            throw new IllegalArgumentException(wrong(spec, "\"" + text + "\" is no " + spec.place()
                + ": write its number, or *" + (names.isEmpty() ? ""
                : ", or one of " + String.join(", ", names)) + Faults.didYouMean(text, names)).getMessage(), e);
        }
    }

    private static long number(String text) {
        if (text.startsWith("0x")) {
            try {
                return Long.parseUnsignedLong(text.substring(2), 16);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + text + "\": not a hexadecimal number of up to 64 bits", e);
            }
        }
        return text.matches(".*[0-9](ns|us|µs|ms|s)") ? Units.durationNanos(text)
            : Units.wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static IllegalArgumentException unknown(String name, Collection<String> known) {
        return new IllegalArgumentException("there is no fault \"" + name + "\"; " + Faults.list(known)
            + Faults.didYouMean(name, known));
    }

    private static IllegalArgumentException wrong(FaultSpec spec, String why) {
        return new IllegalArgumentException("fault \"" + spec.name() + "\": " + why);
    }
}
