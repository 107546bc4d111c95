package org.netdev4j.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.conformance.CaseInfo;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Group;
import org.netdev4j.conformance.Outcome;

/**
 * One page of HTML with everything in it: no file beside it, no network. Readable without scripts, too; with them it
 * can be searched and filtered.
 */
public final class HtmlReport implements ReportWriter {
    private static final DateTimeFormatter WHEN =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** An HTML report. */
    public HtmlReport() {
        // nothing to set up
    }

    @Override
    public void write(ConformanceReport report, Appendable out) throws IOException {
        StringBuilder body = new StringBuilder();
        header(report, body);
        totals(report, body);
        groups(report, body);
        cases(report, body);
        device(report, body);
        out.append(template().replace("@TITLE@", escape("Conformance of " + report.device() + ": " + report.summary()))
            .replace("@BODY@", body));
    }

    private static String template() throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void header(ConformanceReport report, StringBuilder body) {
        body.append("<header>\n<div>\n<div class=\"over\">netdev4j conformance</div>\n<h1 class=\"mono\">")
            .append(escape(report.device()))
            .append("</h1>\n<div class=\"facts\">driver <b>")
                .append(escape(report.info().driver() + " " + report.info().driverVersion()))
            .append("</b> · rig <b>").append(escape(report.rig())).append("</b> · seed <b>").append(report.seed())
            .append(report.seeds() > 1 ? " to " + (report.seed() + report.seeds() - 1) : "").append("</b> · ")
            .append(WHEN.format(report.ended())).append(" · ").append(seconds(report.elapsed().toMillis()))
                .append("</div>\n</div>\n")
            .append("<button class=\"theme\" id=\"theme\" type=\"button\">Light / dark</button>\n</header>\n");
    }

    private static void totals(ConformanceReport report, StringBuilder body) {
        body.append("<div class=\"card totals\">\n<div class=\"numbers\">\n");
        for (Outcome outcome : Outcome.values()) {
            long count = report.count(outcome);
            body.append("<span class=\"number ").append(lower(outcome)).append(count == 0 ? " none" : "")
                .append("\"><b>").append(count)
                .append("</b>").append(lower(outcome)).append("</span>\n");
        }
        long failed = report.count(Outcome.FAILED);
        body.append("<span class=\"verdict ").append(report.ok() ? "ok\">Conforms, in all that it says it has"
            : "bad\">Does not conform: " + failed + (failed == 1 ? " case" : " cases")).append("</span>\n</div>\n");
        bar(report.results(), body);
        body.append("</div>\n");
    }

    private static void bar(List<CaseResult> results, StringBuilder body) {
        body.append("<div class=\"bar\" aria-hidden=\"true\">");
        for (Outcome outcome : Outcome.values()) {
            long count = count(results, outcome);
            if (count > 0) {
                body.append("<i class=\"").append(lower(outcome)).append("\" style=\"flex:").append(count)
                    .append("\"></i>");
            }
        }
        body.append("</div>\n");
    }

    private static void groups(ConformanceReport report, StringBuilder body) {
        body.append("<h2>Groups</h2>\n<div class=\"groups\">\n");
        for (Group group : Group.values()) {
            List<CaseResult> results = report.of(group);
            if (!results.isEmpty()) {
                long failed = count(results, Outcome.FAILED);
                long skipped = count(results, Outcome.SKIPPED);
                body.append("<button class=\"card group\" type=\"button\" aria-pressed=\"false\" data-group=\"")
                    .append(group)
                    .append("\"><span class=\"name\"><span class=\"id\">").append(group).append("</span>")
                        .append(escape(group.title()))
                    .append("</span><span class=\"counts\">").append(count(results, Outcome.PASSED)).append(" passed")
                    .append(failed == 0 ? "" : ", <span class=\"f\">" + failed + " failed</span>")
                    .append(skipped == 0 ? "" : ", " + skipped + " skipped").append("</span>");
                bar(results, body);
                body.append("</button>\n");
            }
        }
        body.append("</div>\n");
    }

    private static void cases(ConformanceReport report, StringBuilder body) {
        body.append("<h2>Cases</h2>\n<div class=\"tools\">\n<input id=\"search\" type=\"search\" "
            + "placeholder=\"Search id, sentence, source, reason\" "
            + "aria-label=\"Search\">\n");
        chip("", "All", report.results().size(), body);
        for (Outcome outcome : List.of(Outcome.FAILED, Outcome.SKIPPED, Outcome.PASSED)) {
            chip(lower(outcome), outcome.name().charAt(0) + lower(outcome).substring(1), report.count(outcome), body);
        }
        body.append("<span class=\"shown\" id=\"shown\" aria-live=\"polite\"></span>\n</div>\n<div class=\"card "
            + "list\">\n");
        for (Group group : Group.values()) {
            List<CaseResult> results = report.of(group);
            if (!results.isEmpty()) {
                body.append("<section data-group=\"").append(group).append("\">\n<div class=\"head\">")
                    .append(escape(group.title()))
                    .append("</div>\n");
                results.forEach(result -> row(result, body));
                body.append("</section>\n");
            }
        }
        body.append("<div class=\"empty\" id=\"empty\" hidden>No case fits.</div>\n</div>\n");
    }

    private static void chip(String result, String name, long count, StringBuilder body) {
        body.append("<button class=\"chip\" type=\"button\" aria-pressed=\"").append(result.isEmpty())
            .append("\" data-result=\"").append(result)
            .append("\">").append(name).append(' ').append(count).append("</button>\n");
    }

    private static void row(CaseResult result, StringBuilder body) {
        CaseInfo info = result.info();
        String outcome = lower(result.outcome());
        body.append("<details class=\"").append(outcome).append("\" id=\"").append(info.id()).append("\" data-group=\"")
            .append(info.group())
            .append("\" data-result=\"").append(outcome).append('"')
                .append(result.outcome() == Outcome.FAILED ? " open" : "")
            .append(">\n<summary><span class=\"pill ").append(outcome).append("\">").append(outcome)
                .append("</span><span class=\"id\">")
            .append(info.id()).append("</span><span class=\"text\">").append(escape(info.sentence()));
        if (!result.reason().isEmpty()) {
            body.append("<span class=\"reason\">").append(escape(result.reason())).append("</span>");
        }
        body.append("</span><span class=\"ms\">").append(result.outcome() == Outcome.SKIPPED ? ""
            : millis(result.millis()))
            .append("</span></summary>\n<dl>\n");
        String needs = needs(info);
        if (!needs.isEmpty()) {
            term("needs", needs, body);
        }
        term("source", escape(info.source()), body);
        term("if it fails", escape(info.ifItFails()), body);
        if (result.outcome() == Outcome.FAILED) {
            term("again with", "<code>--include " + info.id() + " --seed " + result.seed() + "</code>", body);
            if (!result.trace().isEmpty()) {
                term("where", "<pre>" + escape(result.trace()) + "</pre>", body);
            }
        }
        body.append("</dl>\n</details>\n");
    }

    private static String needs(CaseInfo info) {
        StringBuilder needs = new StringBuilder();
        info.needs().forEach(need -> needs.append("<code>").append(need).append("</code> "));
        info.faults().forEach(fault -> needs.append("<code>fault ").append(fault).append("</code> "));
        if (info.rxQueues() > 1) {
            needs.append("<code>").append(info.rxQueues()).append(" receive queues</code> ");
        }
        if (info.txQueues() > 1) {
            needs.append("<code>").append(info.txQueues()).append(" transmit queues</code> ");
        }
        if (info.realTime()) {
            needs.append("<code>real time</code>");
        }
        return needs.toString().strip();
    }

    private static void device(ConformanceReport report, StringBuilder body) {
        DeviceInfo info = report.info();
        body.append("<h2>Device</h2>\n<div class=\"card device\">\n<dl>\n");
        term("description", escape(info.description()), body);
        term("address", "<code>" + info.permanentMac() + "</code>", body);
        term("queues", info.maxRxQueues() + " receive, " + info.maxTxQueues() + " transmit", body);
        term("rings", "receive " + escape(info.rxRing().toString()) + "; transmit " + escape(info.txRing().toString()),
            body);
        term("MTU", info.minMtu() + " to " + info.maxMtu(), body);
        term("capabilities", info.capabilities().stream().map(c -> "<code>" + c + "</code>")
            .collect(Collectors.joining(" ")), body);
        body.append("</dl>\n</div>\n<footer>netdev4j ").append(escape(report.version())).append(" · ")
            .append(escape(report.jdk()))
            .append("</footer>\n");
    }

    private static void term(String name, String html, StringBuilder body) {
        body.append("<dt>").append(name).append("</dt><dd>").append(html).append("</dd>\n");
    }

    private static long count(List<CaseResult> results, Outcome outcome) {
        return results.stream().filter(r -> r.outcome() == outcome).count();
    }

    private static String lower(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
