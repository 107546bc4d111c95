package org.netdev4j.conformance.report;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Group;
import org.netdev4j.conformance.Outcome;

/**
 * For a terminal: a line for each group, the failures in full, the skips by reason, and the totals on the last line.
 */
public final class ConsoleReport implements ReportWriter {
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String FAINT = "2";
    private static final String BOLD = "1";

    private final boolean colour;

    /**
     * A console report.
     *
     * @param colour true to use ANSI colours
     */
    public ConsoleReport(boolean colour) {
        this.colour = colour;
    }

    @Override
    public void write(ConformanceReport report, Appendable out) throws IOException {
        out.append(paint(BOLD, "Conformance of " + report.device())).append(" (driver ").append(report.info().driver())
            .append(' ')
            .append(report.info().driverVersion()).append(", rig ").append(report.rig()).append(", seed ")
                .append(String.valueOf(report.seed()))
            .append(report.seeds() > 1 ? " and " + (report.seeds() - 1) + " more" : "").append(")\n\n");
        for (Group group : Group.values()) {
            writeGroup(report.of(group), group, out);
        }
        writeSkips(report, out);
        for (CaseResult result : report.results()) {
            if (result.outcome() == Outcome.FAILED) {
                writeFailure(report, result, out);
            }
        }
        out.append('\n').append(paint(report.ok() ? GREEN : RED, report.summary())).append('\n');
    }

    private void writeGroup(List<CaseResult> results, Group group, Appendable out) throws IOException {
        if (results.isEmpty()) {
            return;
        }
        long failed = count(results, Outcome.FAILED);
        long skipped = count(results, Outcome.SKIPPED);
        double millis = results.stream().mapToDouble(CaseResult::millis).sum();
        out.append(String.format("  %s  %-22s %3d passed", group, group.title(), count(results, Outcome.PASSED)));
        out.append(failed == 0 ? "           " : paint(RED, String.format(", %3d failed", failed)));
        out.append(skipped == 0 ? "            " : paint(YELLOW, String.format(", %3d skipped", skipped)));
        out.append(paint(FAINT, String.format("  %6.0f ms", millis))).append('\n');
    }

    private void writeSkips(ConformanceReport report, Appendable out) throws IOException {
        Map<String, StringBuilder> byReason = new TreeMap<>();
        for (CaseResult result : report.results()) {
            if (result.outcome() == Outcome.SKIPPED) {
                StringBuilder ids = byReason.computeIfAbsent(result.reason(), reason -> new StringBuilder());
                ids.append(ids.isEmpty() ? "" : " ").append(result.id());
            }
        }
        if (!byReason.isEmpty()) {
            out.append('\n').append(paint(YELLOW, "Skipped")).append('\n');
        }
        for (Map.Entry<String, StringBuilder> entry : byReason.entrySet()) {
            out.append("  ").append(entry.getValue()).append(": ").append(entry.getKey()).append('\n');
        }
    }

    private void writeFailure(ConformanceReport report, CaseResult result, Appendable out) throws IOException {
        out.append('\n').append(paint(RED, "FAILED " + result.id())).append("  ").append(result.info().sentence())
            .append('\n');
        out.append("  reason       ").append(result.reason().replace("\n", "\n               ")).append('\n');
        out.append("  source       ").append(result.info().source()).append('\n');
        out.append("  if it fails  ").append(result.info().ifItFails()).append('\n');
        out.append(paint(FAINT, "  again with   netdev conformance --device " + report.device() + " --rig "
            + report.rig() + " --include " + result.id() + " --seed " + result.seed())).append('\n');
    }

    private static long count(List<CaseResult> results, Outcome outcome) {
        return results.stream().filter(r -> r.outcome() == outcome).count();
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
