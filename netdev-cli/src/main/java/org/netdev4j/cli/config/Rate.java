package org.netdev4j.cli.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast to send.
 *
 * @param limit     what is limited
 * @param perSecond packets or bits; 0 where nothing is
 */
public record Rate(Limit limit, long perSecond) {
    /** As fast as it goes. */
    public static final Rate MAX = new Rate(Limit.NONE, 0);

    static final String ALLOWED = "a rate, as 10kpps, 100Mbps, max, or original with a capture";

    private static final Pattern TEXT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([kKMG]?)(pps|bps|bit/s|bit)");
    private static final Map<String, Long> PREFIXES = Map.of("", 1L, "k", 1_000L, "K", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L);
    private static final long MOST = 1_000_000_000_000L;

    /** What a rate limits. */
    public enum Limit {
        /** Nothing. */
        NONE,
        /** Packets a second. */
        PACKETS,
        /** Bits a second on the wire, with preamble, FCS and gap of each frame. */
        BITS,
        /** Frames are as far apart as they were when captured. */
        AS_CAPTURED
    }

    /**
     * Reads a rate.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Rate parse(String text) {
        if ("max".equals(text)) {
            return MAX;
        }
        if ("original".equals(text)) {
            return new Rate(Limit.AS_CAPTURED, 0);
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\": " + ALLOWED + " is needed");
        }
        BigDecimal number = new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(PREFIXES.get(parts.group(2))));
        BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
        if (whole.signum() == 0 || whole.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw new IllegalArgumentException("\"" + text + "\": a rate is from 1 to " + MOST + " a second");
        }
        return new Rate(parts.group(3).equals("pps") ? Limit.PACKETS : Limit.BITS, whole.longValueExact());
    }
}
