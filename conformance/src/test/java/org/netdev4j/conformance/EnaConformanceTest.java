package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.api.Capability;
import org.netdev4j.conformance.outside.OutsideDrivers;

/**
 * The whole suite on the emulated ENA, stepped by a virtual clock: all of it passes, but for what an ENA has not, which is
 * skipped by name, and what needs threads, which {@link EnaThreadsConformanceTest} has.
 */
class EnaConformanceTest extends ConformanceTest {
    private static final List<CaseResult> RESULTS = new ArrayList<>();

    @TempDir
    private static Path directory;

    @Override
    protected String device() {
        return "sim:ena,trace=" + trace() + ",trace-append=true,trace-forms=true";
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

    private static Path trace() {
        return directory.resolve("forms");
    }

    /** No register, command, feature or descriptor in a form that no driver of others has tried on the model. */
    @AfterAll
    static void whatOursDoes_othersDo_orItIsExplained() throws IOException {
        OutsideDrivers others = OutsideDrivers.recorded();
        List<String> ours = OutsideDrivers.traced(trace());
        List<String> wrong = others.wrongForms(ours);
        System.out.println("ENA driver: " + ours.size() + " forms, measured by " + String.join(", ", others.names()) + "; "
            + others.explanations() + " differences explained, " + wrong.size() + " wrong");
        assertEquals(List.of(), wrong);
    }

    @BeforeAll
    static void forget() {
        RESULTS.clear();
    }

    @AfterAll
    static void onlyWhatEnaLacks_isSkipped() {
        assertEquals(Catalog.standard().cases().size(), RESULTS.size());
        List<CaseResult> skipped = RESULTS.stream().filter(r -> r.outcome() == Outcome.SKIPPED).toList();
        for (CaseResult result : skipped) {
            assertTrue(result.reason().startsWith("needs "), result.toString());
        }
        Set<String> lacking = skipped.stream().flatMap(r -> r.info().needs().stream()).map(Capability::name)
            .filter(name -> skipped.stream().anyMatch(r -> r.reason().contains("needs capability " + name)))
            .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of("ALL_MULTICAST", "LINK_CONTROL", "MAC_SET", "MULTICAST_FILTER", "PROMISCUOUS", "RX_VLAN_STRIP",
            "TX_VLAN_INSERT", "UNICAST_FILTER", "VLAN_FILTER"), lacking);
        Set<FaultKind> notInjected = skipped.stream().flatMap(r -> r.info().faults().stream()
            .filter(kind -> r.reason().contains("needs fault " + kind + " "))).collect(Collectors.toSet());
        assertEquals(Set.of(FaultKind.PF_RESET, FaultKind.MAILBOX_LOSS), notInjected);
    }
}
