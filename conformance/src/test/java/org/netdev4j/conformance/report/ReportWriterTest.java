package org.netdev4j.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.Catalog;
import org.netdev4j.conformance.Conformance;
import org.netdev4j.conformance.ConformanceOptions;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Outcome;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportWriterTest {
    private static final String NASTY = "<b>\"it's\" & </script> \u0001 ]]> \uD83D\uDE00 é</b>";

    private static ConformanceReport report;

    @BeforeAll
    static void make() {
        ConformanceReport real = Conformance.run(ConformanceOptions.device("ref:")
            .including("LC-001", "TX-001", "HO-001"));
        List<CaseResult> results = new ArrayList<>(real.results());
        results.set(1, new CaseResult(results.get(1).info(), Outcome.FAILED, NASTY, "java.lang.Error: " + NASTY
            + "\n\tat x(Y.java:1)", 12_345_678, 7));
        results.set(2, new CaseResult(Catalog.standard().byId("RX-015").orElseThrow(), Outcome.SKIPPED,
            "needs capability RX_TIMESTAMP", "", 1000, 7));
        report = new ConformanceReport("ref:,x=<y>", real.info(), "reference", 7, 2, "JDK", "0.1",
            Instant.parse("2026-11-21T10:00:00Z"),
            Duration.ofMillis(1234), results);
    }

    private static String write(ReportWriter writer) throws IOException {
        StringBuilder out = new StringBuilder();
        writer.write(report, out);
        return out.toString();
    }

    @Test
    void json_readsBack() throws IOException {
        JsonNode root = new ObjectMapper().readTree(write(new JsonReport()));
        assertEquals("ref:,x=<y>", root.get("address").asText());
        assertEquals("reference", root.get("device").get("driver").asText());
        assertEquals(7, root.get("seed").asLong());
        assertEquals("JDK", root.get("jdk").asText());
        assertEquals("0.1", root.get("netdev4j").asText());
        assertEquals("{\"total\":3,\"passed\":1,\"failed\":1,\"skipped\":1}", root.get("summary").toString());
        JsonNode failed = root.get("cases").get(1);
        assertEquals("TX-001", failed.get("id").asText());
        assertEquals("failed", failed.get("result").asText());
        assertEquals(NASTY, failed.get("reason").asText());
        assertEquals(12.3, failed.get("millis").asDouble());
        assertEquals("[\"RX_TIMESTAMP\"]", root.get("cases").get(2).get("needs").toString());
    }

    @Test
    void junitXml_readsBack() throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new ByteArrayInputStream(write(new JUnitXmlReport()).getBytes(StandardCharsets.UTF_8)));
        Element root = document.getDocumentElement();
        assertEquals("testsuites", root.getTagName());
        assertEquals("3", root.getAttribute("tests"));
        assertEquals("1", root.getAttribute("failures"));
        assertEquals("1", root.getAttribute("skipped"));
        Element failure = (Element) document.getElementsByTagName("failure").item(0);
        assertEquals(NASTY.replace('\u0001', '?'), failure.getAttribute("message"));
        assertTrue(failure.getTextContent().contains("at x(Y.java:1)"));
        Element testcase = (Element) failure.getParentNode();
        assertEquals("conformance.TX", testcase.getAttribute("classname"));
        assertTrue(testcase.getAttribute("name").startsWith("TX-001 "));
        assertEquals("0.012", testcase.getAttribute("time"));
        Element skipped = (Element) document.getElementsByTagName("skipped").item(0);
        assertEquals("needs capability RX_TIMESTAMP", skipped.getAttribute("message"));
        assertEquals(3, document.getElementsByTagName("testsuite").getLength());
    }

    @Test
    void html_hasEveryCase_andNothingFromOutside() throws IOException {
        String page = write(new HtmlReport());
        assertTrue(page.startsWith("<!DOCTYPE html>") && page.endsWith("</html>\n"), "the page is whole");
        assertFalse(page.contains("@BODY@") || page.contains("@TITLE@"), "the template is filled in");
        for (CaseResult result : report.results()) {
            assertTrue(page.contains("id=\"" + result.id() + "\""), result.id() + " is missing");
        }
        assertFalse(Pattern.compile("(src|href)=\"(?!data:)|url\\(|@import|https?://").matcher(page).find(),
            "the page asks for something from outside");
        assertTrue(page.contains("&lt;b&gt;&quot;it's&quot; &amp; &lt;/script&gt;"),
            "what a device says is text, not HTML");
        assertEquals(1, page.split("</script>", -1).length - 1);
        assertTrue(page.contains("<b>1</b>passed") && page.contains("<b>1</b>failed")
            && page.contains("<b>1</b>skipped"), "totals are there");
    }

    @Test
    void console_endsWithTheTotals_andShowsTheFailure() throws IOException {
        String text = write(new ConsoleReport(false));
        List<String> lines = text.lines().toList();
        assertEquals("1 passed, 1 failed, 1 skipped", lines.get(lines.size() - 1));
        assertTrue(text.contains("FAILED TX-001"));
        assertTrue(text.contains("  source       " + report.results().get(1).info().source()));
        assertTrue(text.contains("  if it fails  " + report.results().get(1).info().ifItFails()));
        assertTrue(text.contains("--include TX-001 --seed 7"));
        assertTrue(text.contains("  RX-015: needs capability RX_TIMESTAMP"));
        assertFalse(text.contains("\u001b["), "no colour was asked for");
        assertTrue(write(new ConsoleReport(true)).contains("\u001b[31m1 passed, 1 failed, 1 skipped\u001b[0m"));
    }
}
