package org.netdev4j.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;
import org.netdev4j.api.DeviceInfo;

/**
 * What came of a run. Immutable.
 *
 * @param device  address of the device
 * @param info    what the device is
 * @param rig     name of the rig
 * @param seed    first seed
 * @param seeds   number of seeds
 * @param jdk     Java that it ran on
 * @param version version of netdev4j
 * @param ended   when it ended
 * @param elapsed how long it took
 * @param results of all cases, by group and number
 */
public record ConformanceReport(String device, DeviceInfo info, String rig, long seed, int seeds, String jdk,
    String version, Instant ended,
                                Duration elapsed, List<CaseResult> results) {
    public ConformanceReport {
        results = List.copyOf(results);
    }

    static ConformanceReport of(Suite suite, List<CaseResult> results, Duration elapsed) {
        ConformanceOptions options = suite.options();
        return new ConformanceReport(options.device(), suite.info(), suite.rig().name(), options.seed(),
            options.seeds(),
            System.getProperty("java.vm.name") + " " + Runtime.version(), netdevVersion(), Instant.now()
                .truncatedTo(ChronoUnit.SECONDS),
            elapsed, results);
    }

    private static String netdevVersion() {
        Properties properties = new Properties();
        try (InputStream in = ConformanceReport.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /** Number of cases that ended so. */
    public long count(Outcome outcome) {
        return results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /** Results of one group. */
    public List<CaseResult> of(Group group) {
        return results.stream().filter(r -> r.info().group() == group).toList();
    }

    /** True if no case failed. */
    public boolean ok() {
        return count(Outcome.FAILED) == 0;
    }

    /** {@code N passed, N failed, N skipped}. */
    public String summary() {
        return count(Outcome.PASSED) + " passed, " + count(Outcome.FAILED) + " failed, " + count(Outcome.SKIPPED)
            + " skipped";
    }
}
