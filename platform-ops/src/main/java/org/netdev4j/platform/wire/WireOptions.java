package org.netdev4j.platform.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.Units;

/**
 * The values of a wire's keys, read. A wrong value is an {@link IllegalArgumentException} that begins with
 * {@code key=value}.
 */
final class WireOptions {
    private final Map<String, String> values;

    WireOptions(Map<String, String> values) {
        this.values = values;
    }

    /** The value as written. */
    Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The value, read by a function that says what is wrong in an {@link IllegalArgumentException}. */
    <T> Optional<T> parsed(String key, Function<String, T> parse) {
        String text = values.get(key);
        try {
            return text == null ? Optional.empty() : Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + "=" + e.getMessage(), e);
        }
    }

    /** A whole number in a range. */
    long number(String key, long standard, long least, long most) {
        return parsed(key, text -> Units.wholeNumber(text, least, most)).orElse(standard);
    }

    /** One of a few words; the first if none is given. */
    String choice(String key, List<String> allowed) {
        return parsed(key, text -> {
            if (!allowed.contains(text)) {
                throw new IllegalArgumentException("\"" + text + "\": one of " + String.join(", ", allowed) + " is needed"
                    + Suggest.didYouMean(text, allowed));
            }
            return text;
        }).orElse(allowed.get(0));
    }
}
