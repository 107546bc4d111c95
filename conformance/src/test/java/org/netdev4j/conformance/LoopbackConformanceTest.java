package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole suite on the software NIC: all of it passes, or is skipped for something that is named. */
class LoopbackConformanceTest extends ConformanceTest {
    private static final List<CaseResult> RESULTS = new ArrayList<>();

    @Override
    protected String device() {
        return "loopback:";
    }

    @Override
    protected ConformanceOptions options() {
        return super.options().withProgress(new Progress() {
            @Override
            public void finished(CaseResult result, int number, int total) {
                RESULTS.add(result);
            }
        });
    }

    @BeforeAll
    static void forget() {
        RESULTS.clear();
    }

    @AfterAll
    static void allRan() {
        assertEquals(Catalog.standard().cases().size(), RESULTS.size());
        long passed = RESULTS.stream().filter(r -> r.outcome() == Outcome.PASSED).count();
        assertTrue(passed >= 200, passed + " cases passed on loopback:");
        for (CaseResult result : RESULTS) {
            if (result.outcome() == Outcome.SKIPPED) {
                assertTrue(result.reason().startsWith("needs "), result.toString());
            }
        }
    }
}
