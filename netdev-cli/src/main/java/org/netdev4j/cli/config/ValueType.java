package org.netdev4j.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.Units;

/**
 * What the values of a key look like. Immutable.
 *
 * @param <T> what they are read into
 */
public final class ValueType<T> {
    /** Any text but none. */
    public static final ValueType<String> TEXT = new ValueType<>("text", ValueType::text, text -> text);
    /** Yes or no. */
    public static final ValueType<Boolean> FLAG = new ValueType<>("on or off", ValueType::flag, ValueType::flag);
    /** Nanoseconds, written with a unit. */
    public static final ValueType<Long> DURATION = new ValueType<>("a duration, as 500ms or 10s", Units::durationNanos, text -> text);
    /** Address of a station. */
    public static final ValueType<MacAddress> MAC = new ValueType<>("a MAC address", MacAddress::parse, text -> text);
    /** IPv4 or IPv6 address. */
    public static final ValueType<IpPrefix> IP = new ValueType<>("an IP address, with or without /prefix", IpPrefix::parse, text -> text);
    /** How fast to send. */
    public static final ValueType<Rate> RATE = new ValueType<>(Rate.ALLOWED, Rate::parse, text -> text);

    private final String allowed;
    private final Function<String, T> reader;
    private final Function<String, Object> plain;

    private ValueType(String allowed, Function<String, T> reader, Function<String, Object> plain) {
        this.allowed = allowed;
        this.reader = reader;
        this.plain = plain;
    }

    /** A whole number from {@code least} to {@code most}. */
    public static ValueType<Integer> whole(int least, int most) {
        return new ValueType<>("a whole number from " + least + " to " + most,
            text -> (int) Units.wholeNumber(text, least, most), text -> Units.wholeNumber(text, least, most));
    }

    /** A whole number of 64 bits. */
    public static ValueType<Long> whole64(long least, long most) {
        return new ValueType<>("a whole number from " + least + (most == Long.MAX_VALUE ? "" : " to " + most),
            text -> Units.wholeNumber(text, least, most), text -> Units.wholeNumber(text, least, most));
    }

    /** One of some words. */
    public static ValueType<String> choice(String... words) {
        List<String> known = List.of(words);
        UnaryOperator<String> reader = text -> {
            if (!known.contains(text)) {
                throw new IllegalArgumentException("\"" + text + "\": one of " + String.join(", ", known) + " is needed"
                    + Suggest.didYouMean(text, known));
            }
            return text;
        };
        return new ValueType<>(String.join("|", words), reader, text -> text);
    }

    /** A constant of an enum, written in small letters with dashes. */
    public static <E extends Enum<E>> ValueType<E> constant(Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E each : type.getEnumConstants()) {
            words.add(word(each));
        }
        ValueType<String> words1 = choice(words.toArray(String[]::new));
        return new ValueType<>(words1.allowed, text -> type.getEnumConstants()[words.indexOf(words1.read(text))], text -> text);
    }

    /** How {@link #constant} writes a constant. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A type of one's own. */
    public static <T> ValueType<T> of(String allowed, Function<String, T> reader) {
        return new ValueType<>(allowed, reader, text -> text);
    }

    /** Several values of a type; in one text they are parted by commas. */
    public static <T> ValueType<List<T>> list(ValueType<T> element) {
        return new ValueType<>("a list, each " + element.allowed,
            text -> parts(text).stream().map(element::read).toList(),
            text -> parts(text).stream().map(element.plain).toList());
    }

    private static List<String> parts(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s*,\\s*", -1));
    }

    private static String text(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the value is empty");
        }
        return text;
    }

    private static Boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes" -> Boolean.TRUE;
            case "off", "false", "no" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("\"" + text + "\": on or off is needed");
        };
    }

    /** For people: what is allowed. */
    public String allowed() {
        return allowed;
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if it is none, with the text and what is allowed
     */
    public T read(String text) {
        return reader.apply(text);
    }

    /** The value as JSON and YAML have it: Boolean, Long, String, or a list of them. */
    public Object plain(String text) {
        return plain.apply(text);
    }

    /** What is wrong with a text; empty if nothing is. */
    Optional<String> problem(String text) {
        try {
            read(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }
}
