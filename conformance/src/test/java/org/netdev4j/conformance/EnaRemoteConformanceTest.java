package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The suite on emulated ENAs of another process, as far as the driver can tell: over vfio-user, with the rig {@code remote}. What
 * comes of each case is what comes of it on the rig {@code sim}; the differences are written down in {@code remote.txt}, and
 * there is none that is not written there, nor one written that is not there.
 */
class EnaRemoteConformanceTest extends ConformanceTest {
    private static final List<CaseResult> RESULTS = new ArrayList<>();
    private static ServedEna served;

    @BeforeAll
    static void serve() {
        RESULTS.clear();
        served = new ServedEna(4);
    }

    @Override
    protected String device() {
        return served.address();
    }

    @Override
    protected ConformanceOptions options() {
        return super.options().excluding(table("lab").keySet().toArray(String[]::new)).withProgress(new Progress() {
            @Override
            public void finished(CaseResult result, int number, int total) {
                RESULTS.add(result);
            }
        });
    }

    /** The lines of {@code remote.txt} that begin with a word: case and reason. */
    private static Map<String, String> table(String word) {
        try (InputStream in = EnaRemoteConformanceTest.class.getResourceAsStream("remote.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\\s+", 3))
                .filter(parts -> parts[0].equals(word))
                .collect(Collectors.toMap(parts -> parts[1], parts -> parts[2], (a, b) -> a, TreeMap::new));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    static void onlyWhatIsWrittenDown_differsFromTheSimulatedBus() {
        served.close();
        assertEquals(Catalog.standard().cases().size() - table("lab").size(), RESULTS.size());
        Set<String> skipped = ids(RESULTS, Outcome.SKIPPED);
        Set<String> skippedOnSim = new TreeSet<>();
        if (!skipped.isEmpty()) {
            skippedOnSim.addAll(ids(Conformance.run(ConformanceOptions.device("sim:ena").withRig("sim")
                .including(skipped.toArray(String[]::new))).results(), Outcome.SKIPPED));
        }
        Map<String, String> onlyHere = new TreeMap<>();
        RESULTS.stream().filter(result -> result.outcome() == Outcome.SKIPPED && !skippedOnSim.contains(result.info().id()))
            .forEach(result -> onlyHere.put(result.info().id(), result.reason()));
        assertEquals(lines(table("skipped")), lines(onlyHere));
        Set<String> onlyThere = RESULTS.stream().filter(r -> r.outcome() != Outcome.SKIPPED && r.info().realTime())
            .map(r -> r.info().id()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(table("runs").keySet(), onlyThere);
    }

    private static String lines(Map<String, String> table) {
        return table.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining("\n"));
    }

    private static Set<String> ids(List<CaseResult> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).map(result -> result.info().id())
            .collect(Collectors.toCollection(TreeSet::new));
    }
}
