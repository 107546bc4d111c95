package org.netdev4j.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.netdev4j.api.NetDevs;

/**
 * What to run, and on what. Immutable.
 *
 * <p>A pattern is an id ({@code TX-017}), a group ({@code TX}) or a glob of ids ({@code TX-0*}, {@code *-00?}); case
 * does not matter.
 *
 * @param device   address of the device, {@code scheme:locator[,key=value]...}
 * @param driver   name of its driver, or {@link NetDevs#AUTO}
 * @param rig      name of the rig; empty for the first that serves the device
 * @param include  patterns of cases to run; empty for all
 * @param exclude  patterns of cases to leave out
 * @param seed     from which all random choices of all cases follow
 * @param seeds    how many seeds, from {@code seed} upwards; a case passes if it passes with each
 * @param timeout  how long one case may take
 * @param ownCases classes with further cases, besides the suite's
 * @param progress told how it goes
 */
public record ConformanceOptions(String device, String driver, Optional<String> rig, List<String> include,
    List<String> exclude,
                                 long seed, int seeds, Duration timeout, List<Class<?>> ownCases, Progress progress) {
    /** How long one case may take if nobody says otherwise. */
    public static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(40);

    public ConformanceOptions {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        ownCases = List.copyOf(ownCases);
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds must be 1 or more: " + seeds);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout of a case must be above zero: " + timeout);
        }
    }

    /** The whole suite on a device, with seed 1. */
    public static ConformanceOptions device(String address) {
        return new ConformanceOptions(address, NetDevs.AUTO, Optional.empty(), List.of(), List.of(), 1, 1,
            STANDARD_TIMEOUT, List.of(),
            Progress.SILENT);
    }

    /** The same with a given driver. */
    public ConformanceOptions withDriver(String name) {
        return new ConformanceOptions(device, name, rig, include, exclude, seed, seeds, timeout, ownCases, progress);
    }

    /** The same with a given rig. */
    public ConformanceOptions withRig(String name) {
        return new ConformanceOptions(device, driver, Optional.of(name), include, exclude, seed, seeds, timeout,
            ownCases, progress);
    }

    /** The same with just these cases. */
    public ConformanceOptions including(String... patterns) {
        return new ConformanceOptions(device, driver, rig, List.of(patterns), exclude, seed, seeds, timeout, ownCases,
            progress);
    }

    /** The same without these cases. */
    public ConformanceOptions excluding(String... patterns) {
        return new ConformanceOptions(device, driver, rig, include, List.of(patterns), seed, seeds, timeout, ownCases,
            progress);
    }

    /** The same with another seed. */
    public ConformanceOptions withSeed(long other) {
        return new ConformanceOptions(device, driver, rig, include, exclude, other, seeds, timeout, ownCases, progress);
    }

    /** The same with several seeds. */
    public ConformanceOptions withSeeds(int count) {
        return new ConformanceOptions(device, driver, rig, include, exclude, seed, count, timeout, ownCases, progress);
    }

    /** The same with another limit of time for each case. */
    public ConformanceOptions withTimeout(Duration limit) {
        return new ConformanceOptions(device, driver, rig, include, exclude, seed, seeds, limit, ownCases, progress);
    }

    /** The same with cases of your own; their ids begin with {@code XX}. */
    public ConformanceOptions withOwnCases(Class<?>... classes) {
        List<Class<?>> all = new ArrayList<>(List.of(classes));
        return new ConformanceOptions(device, driver, rig, include, exclude, seed, seeds, timeout, all, progress);
    }

    /** The same with a listener. */
    public ConformanceOptions withProgress(Progress listener) {
        return new ConformanceOptions(device, driver, rig, include, exclude, seed, seeds, timeout, ownCases, listener);
    }
}
