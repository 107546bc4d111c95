package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Hundreds of random lives of the emulated ENA, most of them with faults. {@code netdev conformance --seeds} runs more. */
class EnaRandomRunsTest {
    private static void passes(String id, int seeds) {
        CaseResult result = Runs.only(Conformance.run(ConformanceOptions.device("sim:ena").including(id).withSeeds(seeds)));
        assertEquals(Outcome.PASSED, result.outcome(), () -> result + "\nagain with: netdev conformance"
            + " --device sim:ena --include " + id + " --seed " + result.seed() + "\n" + result.trace());
    }

    @Test
    void randomRuns_withFaults_pass() {
        passes("RN-002", 500);
    }

    @Test
    void randomRuns_withoutFaults_pass() {
        passes("RN-001", 150);
    }

    @Test
    void randomRuns_untilTheDeviceIsGone_pass() {
        passes("RN-003", 150);
    }
}
