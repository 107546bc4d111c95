package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private final Catalog catalog = Catalog.standard();

    private List<String> ids(List<String> include, List<String> exclude) {
        return catalog.select(include, exclude).stream().map(CaseInfo::id).toList();
    }

    @Test
    void cases_haveUniqueIds_inOrder() {
        List<CaseInfo> cases = catalog.cases();
        assertTrue(cases.size() >= 100, cases.size() + " cases");
        Set<String> seen = new HashSet<>();
        Set<String> sentences = new HashSet<>();
        for (CaseInfo each : cases) {
            assertTrue(seen.add(each.id()), each.id() + " is there twice");
            assertTrue(sentences.add(each.sentence()), each.id() + " has the sentence of another case");
        }
        List<CaseInfo> sorted = new ArrayList<>(cases);
        sorted.sort(CaseInfo.BY_ID);
        assertEquals(sorted, cases);
    }

    @Test
    void cases_coverEveryGroup() {
        for (Group group : Group.values()) {
            boolean covered = catalog.cases().stream().anyMatch(c -> c.group() == group);
            assertEquals(group != Group.XX, covered, group.toString());
        }
    }

    @Test
    void cases_sayWhatTheyAreAbout() {
        for (CaseInfo each : catalog.cases()) {
            assertTrue(each.sentence().endsWith(".") && each.sentence().length() > 20, each.id() + ": "
                + each.sentence());
            assertFalse(each.source().isBlank(), each.id() + " has no source");
            assertFalse(each.ifItFails().isBlank(), each.id() + " does not say where to look");
        }
    }

    @Test
    void byId_findsACase() {
        assertEquals("TX-001", catalog.byId("TX-001").orElseThrow().id());
        assertTrue(catalog.byId("TX-999").isEmpty());
    }

    @Test
    void select_takesIdsGroupsAndGlobs() {
        assertEquals(catalog.cases().size(), ids(List.of(), List.of()).size());
        assertEquals(List.of("TX-001"), ids(List.of("tx-001"), List.of()));
        assertTrue(ids(List.of("FI"), List.of()).stream().allMatch(id -> id.startsWith("FI-")));
        assertEquals(List.of("AL-001", "AL-002"), ids(List.of("AL-00?"),
            List.of("AL-003", "AL-004", "AL-005", "AL-006", "AL-007")));
        assertEquals(List.of("LC-001", "CF-001"), ids(List.of("LC-001", "CF-001"), List.of()));
        assertFalse(ids(List.of(), List.of("HO", "*-001")).stream()
            .anyMatch(id -> id.startsWith("HO") || id.endsWith("-001")));
    }

    @Test
    void with_refusesMalformedCases() {
        assertRefused("two cases have the id XX-001", OwnCases.class, OwnCases.Duplicate.class);
        assertRefused("two letters, a dash and three digits, as TX-017: YY-1", OwnCases.BadId.class);
        assertRefused("id ZZ-001 begins with no group", OwnCases.NoGroup.class);
        assertRefused("one parameter, of type Bench", OwnCases.NoBench.class);
    }

    private static void assertRefused(String part, Class<?>... classes) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
            () -> Catalog.with(List.of(classes)));
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
}
