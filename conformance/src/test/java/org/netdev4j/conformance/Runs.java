package org.netdev4j.conformance;

import java.time.Duration;
import org.netdev4j.conformance.reference.Defect;

/** Runs of the suite that its own tests need. */
final class Runs {
    /** A quarter of it is how long a case of a broken device waits for what never comes. */
    private static final Duration SHORT = Duration.ofSeconds(8);

    private Runs() {
    }

    static ConformanceOptions reference() {
        return ConformanceOptions.device("ref:").withTimeout(SHORT);
    }

    static ConformanceOptions broken(Defect defect) {
        return ConformanceOptions.device("ref:,defect=" + defect).withTimeout(SHORT);
    }

    /** The same on virtual time, for cases that wait for minutes of it. */
    static ConformanceOptions brokenInVirtualTime(Defect defect) {
        return ConformanceOptions.device("ref:,virtual=true,defect=" + defect).withTimeout(SHORT);
    }

    static CaseResult only(ConformanceReport report) {
        if (report.results().size() != 1) {
            throw new AssertionError("one case was to run: " + report.results());
        }
        return report.results().get(0);
    }
}
