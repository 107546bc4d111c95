package org.netdev4j.platform;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads quantities as people write them in addresses, options and configuration: {@code 250us}, {@code 64k}, {@code 2.5G},
 * {@code 1%}.
 *
 * <p>All methods throw {@link IllegalArgumentException} with one line that quotes the text and shows how it should look;
 * callers add the key it stood at.
 */
public final class Units {
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([A-Za-zµμ%]*)");
    private static final Map<String, Long> NANOS = new LinkedHashMap<>();
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final long BINARY = 1024;
    private static final long DECIMAL = 1000;

    static {
        NANOS.put("ns", 1L);
        NANOS.put("us", 1_000L);
        NANOS.put("µs", 1_000L);
        NANOS.put("μs", 1_000L);
        NANOS.put("ms", 1_000_000L);
        NANOS.put("s", 1_000_000_000L);
    }

    private Units() {
    }

    /** Nanoseconds, rounded down: a number with {@code ns}, {@code us}, {@code ms} or {@code s}; {@code 0} needs no unit. */
    public static long durationNanos(String text) {
        String shape = "a duration is a number with ns, us, ms or s, as in 250us";
        Matcher parts = split(text, shape);
        Long unit = NANOS.get(parts.group(2));
        BigDecimal number = new BigDecimal(parts.group(1));
        if (unit == null) {
            if (parts.group(2).isEmpty() && number.signum() == 0) {
                return 0;
            }
            throw wrong(text, shape);
        }
        return scaled(text, number, unit);
    }

    /** Bytes: a whole number, or one with {@code k}, {@code M} or {@code G} for powers of 1024. */
    public static long bytes(String text) {
        return prefixed(text, BINARY, "a size is a number of bytes, or with k, M or G (1024, 1024², 1024³), as in 64k");
    }

    /** Bits per second, above zero: a number, or one with {@code k}, {@code M} or {@code G} for powers of 1000. */
    public static long bitsPerSecond(String text) {
        String shape = "a rate is a number of bits a second above zero, or with k, M or G (1000, 1000², 1000³), as in 10M";
        long rate = prefixed(text, DECIMAL, shape);
        if (rate == 0) {
            throw wrong(text, shape);
        }
        return rate;
    }

    /** From 0 to 1: {@code 0.01}, or {@code 1%}. */
    public static double probability(String text) {
        String shape = "a probability is a number from 0 to 1, or from 0% to 100%, as in 0.01 or 1%";
        Matcher parts = split(text, shape);
        BigDecimal number = new BigDecimal(parts.group(1));
        if ("%".equals(parts.group(2))) {
            number = number.divide(HUNDRED);
        } else if (!parts.group(2).isEmpty()) {
            throw wrong(text, shape);
        }
        if (number.compareTo(BigDecimal.ONE) > 0) {
            throw wrong(text, shape);
        }
        return number.doubleValue();
    }

    /** A whole number from {@code least} to {@code most}, in decimal. */
    public static long wholeNumber(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\": not a whole number from " + least + " to " + most, e);
        }
        throw new IllegalArgumentException("\"" + text + "\": not from " + least + " to " + most);
    }

    private static long prefixed(String text, long thousand, String shape) {
        Matcher parts = split(text, shape);
        long unit = switch (parts.group(2)) {
            case "" -> 1;
            case "k", "K" -> thousand;
            case "m", "M" -> thousand * thousand;
            case "g", "G" -> thousand * thousand * thousand;
            default -> throw wrong(text, shape);
        };
        return scaled(text, new BigDecimal(parts.group(1)), unit);
    }

    private static Matcher split(String text, String shape) {
        Matcher parts = QUANTITY.matcher(text);
        if (!parts.matches()) {
            throw wrong(text, shape);
        }
        return parts;
    }

    private static long scaled(String text, BigDecimal number, long unit) {
        BigDecimal value = number.multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.DOWN);
        if (value.precision() > 18) {
            throw new IllegalArgumentException("\"" + text + "\": too large");
        }
        return value.longValueExact();
    }

    private static IllegalArgumentException wrong(String text, String shape) {
        return new IllegalArgumentException("\"" + text + "\": " + shape);
    }
}
