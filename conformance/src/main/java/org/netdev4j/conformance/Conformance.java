package org.netdev4j.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the suite. */
public final class Conformance {
    private Conformance() {
    }

    /**
     * Runs cases on a device, one after another, and says what came of them. A case that fails, or hangs, is a result;
     * nothing is thrown for it.
     *
     * @throws org.netdev4j.api.NetDevException        if there is no such device or rig, or a pattern matches no case
     * @throws org.netdev4j.platform.PlatformException if the system refuses the device
     */
    public static ConformanceReport run(ConformanceOptions options) {
        long start = System.nanoTime();
        try (Suite suite = Suite.prepare(options)) {
            List<CaseResult> results = new ArrayList<>();
            List<CaseInfo> selected = suite.selected();
            for (int i = 0; i < selected.size(); i++) {
                results.add(run(suite, selected.get(i), i + 1, selected.size()));
            }
            return ConformanceReport.of(suite, results, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** Runs a case with each seed, until it fails or is skipped. */
    static CaseResult run(Suite suite, CaseInfo info, int number, int total) {
        ConformanceOptions options = suite.options();
        if (suite.missing(info).isEmpty()) {
            options.progress().started(info, number, total);
        }
        long nanos = 0;
        CaseResult result = null;
        for (int i = 0; i < options.seeds() && (result == null || result.outcome() == Outcome.PASSED); i++) {
            result = suite.execute(info, options.seed() + i);
            nanos += result.nanos();
        }
        CaseResult all = new CaseResult(info, result.outcome(), result.reason(), result.trace(), nanos, result.seed());
        options.progress().finished(all, number, total);
        return all;
    }
}
