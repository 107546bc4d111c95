package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.conformance.reference.LeftBehind;

/** Random runs, on adapters that are right: those that are wrong are in {@link BrokenDeviceTest}. */
class RandomRunsTest {
    private static final int SEEDS = 40;

    @AfterEach
    void endThreads() {
        LeftBehind.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ref:,virtual=true", "loopback:"})
    void randomRuns_pass(String device) {
        ConformanceReport report = Conformance.run(ConformanceOptions.device(device).including("RN").withSeeds(SEEDS));
        for (CaseResult result : report.results()) {
            assertEquals(result.outcome() == Outcome.SKIPPED ? Outcome.SKIPPED : Outcome.PASSED, result.outcome(),
                result + " " + result.trace());
        }
    }
}
