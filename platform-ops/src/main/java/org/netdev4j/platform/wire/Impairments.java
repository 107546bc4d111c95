package org.netdev4j.platform.wire;

/**
 * What an {@link ImpairedWire} does to frames. Probabilities are from 0 to 1 and concern each frame by itself.
 *
 * @param loss          probability that a frame is lost
 * @param corruption    probability that one bit of a frame is inverted
 * @param duplication   probability that a frame arrives twice
 * @param reordering    probability that a frame is held back, so that later ones overtake it
 * @param heldFrames    how many later frames overtake one that is held back; 0 if {@code heldNanos} says how long
 * @param heldNanos     how long a frame is held back; with {@code heldFrames} the longest that it waits for so many
 * @param delayNanos    how long a frame is under way
 * @param jitterNanos   how much shorter or longer that may be, evenly spread; never more than the delay. Jitter does not
 *     reorder.
 * @param bitsPerSecond rate of the line, 0 for no limit
 * @param queueBytes    bytes of frames that are held in one direction; with that many the wire takes no more until some are
 *     through
 * @param direction     which frames are concerned
 * @param seed          of all choices: same seed, same frames, same calls at the same times, same outcome
 */
public record Impairments(double loss, double corruption, double duplication, double reordering, int heldFrames,
    long heldNanos, long delayNanos, long jitterNanos, long bitsPerSecond, long queueBytes, Direction direction, long seed) {

    /** Most bits per second: a terabit. */
    public static final long MOST_BITS_PER_SECOND = 1_000_000_000_000L;
    /** Most bytes held in one direction: 512 MiB. */
    public static final long MOST_QUEUE_BYTES = 1L << 29;
    /** Longest of all times: an hour. */
    public static final long LONGEST_NANOS = 3_600_000_000_000L;

    /** Which frames are concerned, seen from the holder of the port. */
    public enum Direction {
        /** Those sent and those received, each direction by itself. */
        BOTH,
        /** Those that the holder sends. */
        SEND,
        /** Those that the holder receives. */
        RECEIVE
    }

    public Impairments {
        requireProbability("loss", loss);
        requireProbability("corruption", corruption);
        requireProbability("duplication", duplication);
        requireProbability("reordering", reordering);
        requireRange("heldFrames", heldFrames, 0, Integer.MAX_VALUE / 2);
        requireRange("heldNanos", heldNanos, 0, LONGEST_NANOS);
        requireRange("delay", delayNanos, 0, LONGEST_NANOS);
        requireRange("rate", bitsPerSecond, 0, MOST_BITS_PER_SECOND);
        requireRange("queue", queueBytes, 1, MOST_QUEUE_BYTES);
        if (jitterNanos < 0 || jitterNanos > delayNanos) {
            throw new IllegalArgumentException(
                "jitter must not be more than the delay: jitter " + jitterNanos + " ns, delay " + delayNanos + " ns");
        }
    }

    private static void requireProbability(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " is a probability, from 0 to 1: " + value);
        }
    }

    private static void requireRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is from " + least + " to " + most + ": " + value);
        }
    }

    /** Starts from a wire that does nothing to frames, in both directions, with seed 0. */
    public static Builder builder() {
        return new Builder();
    }

    /** True if a frame of this direction may meet anything at all. */
    boolean any() {
        return loss > 0 || corruption > 0 || holds();
    }

    /** True if frames must be kept for a while. */
    boolean holds() {
        return duplication > 0 || reordering > 0 || delayNanos > 0 || bitsPerSecond > 0;
    }

    /** Choices, each of them none unless set. */
    public static final class Builder {
        /** Frames that overtake one held back, unless said otherwise. */
        public static final int STANDARD_HELD_FRAMES = 3;
        /** The longest that a frame waits for others to overtake it: 100 ms. */
        public static final long STANDARD_HELD_NANOS = 100_000_000;
        /** Bytes held in one direction, unless said otherwise: 1 MiB. */
        public static final long STANDARD_QUEUE_BYTES = 1 << 20;

        private double loss;
        private double corruption;
        private double duplication;
        private double reordering;
        private int heldFrames = STANDARD_HELD_FRAMES;
        private long heldNanos = STANDARD_HELD_NANOS;
        private long delayNanos;
        private long jitterNanos;
        private long bitsPerSecond;
        private long queueBytes = STANDARD_QUEUE_BYTES;
        private Direction direction = Direction.BOTH;
        private long seed;

        private Builder() {
        }

        /** Loses frames. */
        public Builder loss(double probability) {
            loss = probability;
            return this;
        }

        /** Inverts one bit, anywhere in the frame. */
        public Builder corruption(double probability) {
            corruption = probability;
            return this;
        }

        /** Delivers frames twice. */
        public Builder duplication(double probability) {
            duplication = probability;
            return this;
        }

        /** Holds frames back; how far, {@link #heldBackByFrames} or {@link #heldBackByNanos} says. */
        public Builder reordering(double probability) {
            reordering = probability;
            return this;
        }

        /** A frame held back comes after {@code frames} later ones, or after 100 ms if there are not so many. */
        public Builder heldBackByFrames(int frames) {
            heldFrames = frames;
            heldNanos = STANDARD_HELD_NANOS;
            return this;
        }

        /** A frame held back comes so much later. */
        public Builder heldBackByNanos(long nanos) {
            heldFrames = 0;
            heldNanos = nanos;
            return this;
        }

        /** Delays frames by {@code nanos}, give or take up to {@code jitter}. */
        public Builder delay(long nanos, long jitter) {
            delayNanos = nanos;
            jitterNanos = jitter;
            return this;
        }

        /** Limits the rate, as an Ethernet line of so many bits per second does. */
        public Builder rate(long bits) {
            bitsPerSecond = bits;
            return this;
        }

        /** Bytes held in one direction. */
        public Builder queue(long bytes) {
            queueBytes = bytes;
            return this;
        }

        /** Which frames are concerned. */
        public Builder direction(Direction which) {
            direction = which;
            return this;
        }

        /** The seed of all choices. */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * The impairments.
         *
         * @throws IllegalArgumentException if a value is out of range, naming it
         */
        public Impairments build() {
            return new Impairments(loss, corruption, duplication, reordering, heldFrames, heldNanos, delayNanos, jitterNanos,
                bitsPerSecond, queueBytes, direction, seed);
        }
    }
}
