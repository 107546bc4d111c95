package org.netdev4j.platform.wire;

import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.OptionSpec;

/** The keys by which any wire gets {@link Impairments}. */
final class ImpairmentOptions {
    private static final List<String> DIRECTIONS = List.of("both", "send", "receive");

    private ImpairmentOptions() {
    }

    /** The keys. */
    static List<OptionSpec> specs() {
        return List.of(
            new OptionSpec("loss", "0-1 or 0%-100%", "0", "probability that a frame is lost"),
            new OptionSpec("corrupt", "0-1 or 0%-100%", "0", "probability that one bit of a frame is inverted"),
            new OptionSpec("dup", "0-1 or 0%-100%", "0", "probability that a frame arrives twice"),
            new OptionSpec("rate", "bits a second, k M G", "no limit", "rate of the line, each way"),
            new OptionSpec("delay", "ns us ms s", "0", "time that a frame is under way"),
            new OptionSpec("jitter", "ns us ms s, up to delay", "0", "how much less or more that may be; does not reorder"),
            new OptionSpec("reorder", "0-1 or 0%-100%", "0", "probability that a frame is held back"),
            new OptionSpec("reorder-by", "frames, or ns us ms s", Integer.toString(Impairments.Builder.STANDARD_HELD_FRAMES),
                "how many frames overtake one held back, or how much later it comes"),
            new OptionSpec("queue", "bytes, k M G", "1M", "bytes held each way by rate and delay; then no more is taken"),
            new OptionSpec("direction", String.join("|", DIRECTIONS), DIRECTIONS.get(0), "frames that all this concerns"),
            new OptionSpec("seed", "whole number", "at random, logged", "same seed, same outcome"));
    }

    /** What the keys ask for; empty if nothing, or nothing that has an effect. */
    static Optional<Impairments> parse(WireOptions options, Platform platform) {
        Impairments.Builder builder = Impairments.builder();
        options.parsed("loss", Units::probability).ifPresent(builder::loss);
        options.parsed("corrupt", Units::probability).ifPresent(builder::corruption);
        options.parsed("dup", Units::probability).ifPresent(builder::duplication);
        options.parsed("reorder", Units::probability).ifPresent(builder::reordering);
        options.parsed("reorder-by", text -> heldBack(builder, text));
        builder.delay(options.parsed("delay", Units::durationNanos).orElse(0L),
            options.parsed("jitter", Units::durationNanos).orElse(0L));
        options.parsed("rate", Units::bitsPerSecond).ifPresent(builder::rate);
        options.parsed("queue", Units::bytes).ifPresent(builder::queue);
        builder.direction(switch (options.choice("direction", DIRECTIONS)) {
            case "send" -> Impairments.Direction.SEND;
            case "receive" -> Impairments.Direction.RECEIVE;
            default -> Impairments.Direction.BOTH;
        });
        Optional<Long> seed = options.parsed("seed", text -> Units.wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE));
        Impairments impairments = builder.seed(seed.orElseGet(() -> platform.random().nextLong())).build();
        return impairments.any() ? Optional.of(impairments) : Optional.empty();
    }

    private static Impairments.Builder heldBack(Impairments.Builder builder, String text) {
        boolean plainNumber = !text.isEmpty() && text.chars().allMatch(Character::isDigit);
        return plainNumber ? builder.heldBackByFrames((int) Units.wholeNumber(text, 1, 1_000_000))
            : builder.heldBackByNanos(Units.durationNanos(text));
    }
}
