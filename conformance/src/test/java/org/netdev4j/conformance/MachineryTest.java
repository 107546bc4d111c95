package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.api.DeviceNotFoundException;
import org.netdev4j.api.InvalidConfigurationException;

/** What the suite makes of cases that end in every way there is. */
class MachineryTest {
    private static CaseResult run(String id, ConformanceOptions options) {
        return Runs.only(Conformance.run(options.withOwnCases(OwnCases.class).including(id)));
    }

    private static CaseResult run(String id) {
        return run(id, Runs.reference());
    }

    @AfterEach
    void endThreads() {
        OwnCases.endThreads();
    }

    @Test
    void case_passes_andSaysNothing() {
        CaseResult result = run("XX-001");
        assertEquals(Outcome.PASSED, result.outcome());
        assertEquals("", result.reason());
        assertEquals("", result.trace());
        assertTrue(result.nanos() > 0);
    }

    @Test
    @Timeout(30)
    void case_thatHangs_failsByName_andTheSuiteGoesOn() {
        ConformanceReport report = Conformance.run(Runs.reference().withTimeout(Duration.ofMillis(700))
            .withOwnCases(OwnCases.class)
            .including("XX-001", "XX-002", "XX-008"));
        CaseResult hung = report.results().get(1);
        assertEquals(Outcome.FAILED, hung.outcome());
        assertTrue(hung.reason().startsWith("XX-002 hung: it was still running after 700 ms, at OwnCases.hangs:"),
            hung.reason());
        assertEquals(Outcome.PASSED, report.results().get(0).outcome());
        assertEquals(Outcome.SKIPPED, report.results().get(2).outcome());
    }

    @Test
    void case_thatLeaksABuffer_fails_namingThePlace() {
        CaseResult result = run("XX-003");
        assertEquals(Outcome.FAILED, result.outcome());
        assertTrue(result.reason()
            .contains("left behind: 1 of 2048 buffers were never freed; the first was taken at OwnCases.leaksBuffer"),
            result.reason());
    }

    @Test
    void case_thatLeaksMemory_fails_namingIt() {
        CaseResult result = run("XX-004");
        assertEquals(Outcome.FAILED, result.outcome());
        assertTrue(result.reason().contains("DMA memory \"forgotten\" (4096 bytes) is still allocated after close()"),
            result.reason());
    }

    @Test
    void case_thatLeavesAThread_fails_namingIt() {
        CaseResult result = run("XX-005");
        assertEquals(Outcome.FAILED, result.outcome());
        assertEquals("threads still run after close(): left behind by XX-005", result.reason());
    }

    @Test
    void case_thatThrows_failsWithTypeAndPlace() {
        CaseResult result = run("XX-007");
        assertEquals(Outcome.FAILED, result.outcome());
        assertTrue(result.reason()
            .startsWith("NullPointerException at org.netdev4j.conformance.OwnCases.throwsNull(OwnCases.java:"),
            result.reason());
        assertTrue(result.trace().contains("OwnCases.throwsNull"), result.trace());
        assertFalse(result.trace().contains("jdk.internal.reflect"), "the trace shows the machinery: "
            + result.trace());
    }

    @Test
    void case_thatWaitsInVain_saysForWhat() {
        CaseResult result = run("XX-011", Runs.reference().withTimeout(Duration.ofSeconds(2)));
        assertEquals("waited 500 ms for 3 packets on receive queue 0; 0 came", result.reason());
    }

    @Test
    void case_isSkipped_withItsReason() {
        CaseResult result = run("XX-008");
        assertEquals(Outcome.SKIPPED, result.outcome());
        assertEquals("needs a device that is blue", result.reason());
    }

    @Test
    void gate_namesEverythingThatIsMissing() {
        CaseResult result =
            run("XX-009", ConformanceOptions.device("ref:,lacks=RX_TIMESTAMP+RX_INTERRUPT,queues=2,virtual=true")
            .withRig("wired"));
        assertEquals(Outcome.SKIPPED, result.outcome());
        assertEquals("needs capability RX_TIMESTAMP (\"Timestamp offload (Rx)\"), which reference lacks; needs "
            + "capability RX_INTERRUPT "
            + "(\"Rx interrupt\"), which reference lacks; needs fault DMA_FAULT (a DMA access faults), which rig "
                + "wired cannot inject; needs 4 "
            + "receive queues; reference has 2; needs 9 transmit queues; reference has 2", result.reason());
    }

    @Test
    void gate_namesVirtualTime() {
        CaseResult result = run("XX-009", ConformanceOptions.device("ref:,queues=9,virtual=true"));
        assertEquals("needs a device on real time; rig reference runs it on virtual time", result.reason());
        assertEquals(Outcome.PASSED, run("XX-009", ConformanceOptions.device("ref:,queues=9")).outcome());
    }

    @Test
    void seed_decidesEverything() {
        String first = run("XX-006").reason();
        assertEquals(first, run("XX-006").reason());
        assertNotEquals(first, run("XX-006", Runs.reference().withSeed(2)).reason());
    }

    @Test
    void seeds_runACaseWithEach_andNameTheOneThatFailed() {
        CaseResult result = run("XX-010", Runs.reference().withSeeds(40));
        assertEquals(Outcome.FAILED, result.outcome());
        assertEquals(Outcome.FAILED, run("XX-010", Runs.reference().withSeed(result.seed())).outcome());
        if (result.seed() > 1) {
            assertEquals(Outcome.PASSED, run("XX-010", Runs.reference().withSeeds((int) result.seed() - 1)).outcome());
        }
    }

    @Test
    void progress_isToldOfEachCase_inOrder() {
        List<String> told = new ArrayList<>();
        Conformance.run(Runs.reference().withOwnCases(OwnCases.class).including("XX-001", "XX-008", "FI-001")
            .withProgress(new Progress() {
            @Override
            public void started(CaseInfo info, int number, int total) {
                told.add("start " + info.id() + " " + number + "/" + total);
            }

            @Override
            public void finished(CaseResult result, int number, int total) {
                told.add("end " + result.id() + " " + number + "/" + total + " " + result.outcome());
            }
        }));
        assertEquals(List.of("start FI-001 1/3", "end FI-001 1/3 PASSED", "start XX-001 2/3", "end XX-001 2/3 PASSED",
            "start XX-008 3/3",
            "end XX-008 3/3 SKIPPED"), told);
    }

    @Test
    void virtualTime_runsCasesWithoutThreads() {
        ConformanceReport report = Conformance.run(ConformanceOptions.device("ref:,virtual=true")
            .including("LC-011", "TX", "HO-010", "HO-011", "HO-035", "IN-004"));
        assertTrue(report.ok(), report.results().toString());
        assertEquals(0, report.count(Outcome.SKIPPED), report.results().toString());
    }

    @Test
    void run_refusesUnknownDevicesRigsAndCases_byName() {
        assertMessage(DeviceNotFoundException.class, "there is no bus \"rev\", did you mean \"ref\"?",
            ConformanceOptions.device("rev:"));
        assertMessage(DeviceNotFoundException.class,
            "there is no conformance rig \"wire\", did you mean \"wired\"?; known: reference, sim, sim-threaded, "
            + "remote, wired",
            ConformanceOptions.device("ref:").withRig("wire"));
        assertMessage(DeviceNotFoundException.class, "conformance rig \"reference\" does not serve it",
            ConformanceOptions.device("loopback:").withRig("reference"));
        assertMessage(InvalidConfigurationException.class, "no case matches \"TX-999\"",
            ConformanceOptions.device("ref:").including("TX-999"));
        assertMessage(InvalidConfigurationException.class, "there is no key \"color\"",
            ConformanceOptions.device("ref:,color=blue"));
        assertMessage(DeviceNotFoundException.class, "there is no backend \"nobody\"", ConformanceOptions.device("ref:")
            .withDriver("nobody"));
    }

    private static void assertMessage(Class<? extends RuntimeException> type, String part, ConformanceOptions options) {
        RuntimeException refused = assertThrows(type, () -> Conformance.run(options));
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    @Test
    void options_refuseImpossibleValues() {
        assertThrows(IllegalArgumentException.class, () -> Runs.reference().withSeeds(0));
        assertThrows(IllegalArgumentException.class, () -> Runs.reference().withTimeout(Duration.ZERO));
    }
}
