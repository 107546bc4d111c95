package org.netdev4j.conformance.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.conformance.Conformance;
import org.netdev4j.conformance.ConformanceOptions;
import org.netdev4j.conformance.ConformanceReport;

/** Our driver's life beside those of others; and that a difference is found. What forms it uses, EnaConformanceTest sees. */
class OutsideDriversTest {
    private static final List<String> THEIRS = List.of("write MMIO_RESP_LO, 4 bytes", "write DEV_CTL, 4 bytes reset, reason NORMAL",
        "write DEV_CTL, 4 bytes = 0x0", "write AQ_BASE_LO, 4 bytes", "admin GET_FEATURE LLQ v0", "admin SET_FEATURE LLQ v0",
        "admin SET_FEATURE LLQ entry=128", "admin CREATE_CQ words=2", "admin CREATE_SQ TX placement=3", "interrupt control unmask update",
        "admin DESTROY_SQ TX", "admin DESTROY_CQ");

    private static OutsideDrivers drivers(String... explained) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String each : explained) {
            rows.put(each, "there is a reason for it");
        }
        return new OutsideDrivers(Map.of("they", THEIRS), rows);
    }

    /** A life with queues, interrupts and packets. */
    @Test
    void ourDriver_takesTheStepsInTheOrderOfOthers(@TempDir Path directory) throws IOException {
        Path trace = directory.resolve("life");
        ConformanceReport report = Conformance.run(ConformanceOptions.device("sim:ena,trace=" + trace).including("IN-008"));
        assertTrue(report.ok(), report.toString());
        List<String> life = OutsideDrivers.traced(trace);
        assertTrue(Steps.of(life).containsAll(List.of("write DEV_CTL reset", "GET_FEATURE LLQ", "CREATE_SQ RX", "unmask", "DESTROY_SQ TX")),
            life.toString());

        assertEquals(List.of(), OutsideDrivers.recorded().wrongOrder(life));
    }

    @Test
    void records_areOfLinux_andHaveWhatEachDriverDoes() throws IOException {
        OutsideDrivers recorded = OutsideDrivers.recorded();
        assertTrue(recorded.names().containsAll(Set.of("linux-new", "linux-old")), recorded.names().toString());
        assertEquals(Set.of("no driver does this"), recorded.ownForms(List.of("no driver does this", "write AQ_DB, 4 bytes")));
    }

    @Test
    void formThatIsOursAlone_isWrong_unlessItIsExplained() {
        List<String> ours = List.of("write AQ_BASE_LO, 4 bytes", "write AQ_BASE_LO, 8 bytes");

        assertEquals(List.of("not explained: write AQ_BASE_LO, 8 bytes"), drivers().wrongForms(ours));
        assertEquals(List.of(), drivers("write AQ_BASE_LO, 8 bytes").wrongForms(ours));
    }

    @Test
    void explanationThatIsNotNeeded_isWrong() {
        assertEquals(List.of("explained, but no difference any more: write AQ_BASE_LO, 8 bytes"),
            drivers("write AQ_BASE_LO, 8 bytes").wrongForms(THEIRS));
        assertEquals(List.of("explained, but no difference any more: order of CREATE_CQ"), drivers("order of CREATE_CQ").wrongOrder(THEIRS));
        assertEquals(List.of(), drivers("order of CREATE_CQ").wrongForms(THEIRS), "the order has its own check");
    }

    @Test
    void explanationOfAWord_isNone() {
        assertEquals(List.of("not explained: x"), new OutsideDrivers(Map.of(), Map.of("x", "why not")).wrongForms(List.of("x")));
        assertEquals(Map.of("a b", "because it is so"), OutsideDrivers.rows(List.of("| form | why |", "|---|---|", "| `a b` | because it is so |", "text")));
        assertThrows(IllegalStateException.class, () -> OutsideDrivers.rows(List.of("| `a` | x |", "| `a` | y |")));
    }

    @Test
    void stepAtAnotherPlace_isFound() {
        List<String> ours = new ArrayList<>(THEIRS);
        ours.remove("admin SET_FEATURE LLQ v0");
        ours.add(ours.indexOf("admin DESTROY_SQ TX"), "admin SET_FEATURE LLQ v1");
        ours.addFirst("admin GET_FEATURE PHC_CONFIG v0");

        assertEquals(List.of("not explained: order of SET_FEATURE LLQ"), drivers().wrongOrder(ours));
        assertEquals(List.of(), drivers("order of SET_FEATURE LLQ").wrongOrder(ours));
    }

    @Test
    void steps_areTheFirstOfEachKind_withoutHow() {
        assertEquals(List.of("write MMIO_RESP_LO", "write DEV_CTL reset", "write DEV_CTL = 0x0", "write AQ_BASE_LO", "GET_FEATURE LLQ",
            "SET_FEATURE LLQ", "CREATE_CQ", "CREATE_SQ TX", "unmask", "DESTROY_SQ TX", "DESTROY_CQ"), Steps.of(THEIRS));
    }
}
