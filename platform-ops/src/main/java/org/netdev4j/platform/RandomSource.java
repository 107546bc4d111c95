package org.netdev4j.platform;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random numbers, from the system or from a seed. Not for use by several threads at once when seeded. */
public final class RandomSource {
    private final RandomGenerator generator;
    private final String description;
    private final boolean secure;

    private RandomSource(RandomGenerator generator, String description, boolean secure) {
        this.generator = generator;
        this.description = description;
        this.secure = secure;
    }

    /** Unpredictable numbers, for keys and MAC addresses. Thread-safe. */
    public static RandomSource secure() {
        return new RandomSource(new SecureRandom(), "secure", true);
    }

    /** The same numbers for the same seed, on every JVM (algorithm L64X128MixRandom). */
    public static RandomSource seeded(long seed) {
        return new RandomSource(RandomGeneratorFactory.of("L64X128MixRandom").create(seed), "seed " + seed, false);
    }

    /** Any 64 bits. */
    public long nextLong() {
        return generator.nextLong();
    }

    /** Any 32 bits. */
    public int nextInt() {
        return generator.nextInt();
    }

    /** From zero up to and without {@code bound}. */
    public int nextInt(int bound) {
        return generator.nextInt(bound);
    }

    /** From 0.0 up to and without 1.0. */
    public double nextDouble() {
        return generator.nextDouble();
    }

    /** Fills an array. */
    public void nextBytes(byte[] bytes) {
        generator.nextBytes(bytes);
    }

    /** A source of its own, decided by this one's next number if seeded. */
    public RandomSource split() {
        return secure ? secure() : seeded(generator.nextLong());
    }

    @Override
    public String toString() {
        return "random (" + description + ")";
    }
}
