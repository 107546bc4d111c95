package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.netdev4j.api.Capability;

/**
 * The whole suite on the emulated ENA, stepped by a virtual clock: all of it passes, but for what an ENA has not, which is
 * skipped by name, and what needs threads, which {@link EnaThreadsConformanceTest} has.
 */
class EnaConformanceTest extends ConformanceTest {
    private static final List<CaseResult> RESULTS = new ArrayList<>();

    @Override
    protected String device() {
        return "sim:ena";
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
