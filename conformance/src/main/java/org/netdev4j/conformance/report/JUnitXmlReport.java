package org.netdev4j.conformance.report;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Group;
import org.netdev4j.conformance.Outcome;

/** JUnit's XML, as build servers read it: one test suite for each group. */
public final class JUnitXmlReport implements ReportWriter {
    /** A JUnit XML report. */
    public JUnitXmlReport() {
        // nothing to set up
    }

    @Override
    public void write(ConformanceReport report, Appendable out) throws IOException {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            counts(xml, report.results(), "conformance of " + report.device());
            for (Group group : Group.values()) {
                List<CaseResult> results = report.of(group);
                if (!results.isEmpty()) {
                    suite(xml, report, group, results);
                }
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("the JUnit XML report cannot be written: " + e.getMessage(), e);
        }
        out.append(text.getBuffer()).append('\n');
    }

    private static void counts(XMLStreamWriter xml, List<CaseResult> results, String name) throws XMLStreamException {
        xml.writeAttribute("name", name);
        xml.writeAttribute("tests", String.valueOf(results.size()));
        xml.writeAttribute("failures", String.valueOf(count(results, Outcome.FAILED)));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", String.valueOf(count(results, Outcome.SKIPPED)));
        xml.writeAttribute("time", seconds(results.stream().mapToDouble(CaseResult::millis).sum()));
    }

    private static void suite(XMLStreamWriter xml, ConformanceReport report, Group group, List<CaseResult> results)
        throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        counts(xml, results, group + " " + group.title());
        xml.writeAttribute("timestamp", report.ended().toString().replace("Z", ""));
        xml.writeCharacters("\n    ");
        xml.writeStartElement("properties");
        property(xml, "device", report.device());
        property(xml, "driver", report.info().driver() + " " + report.info().driverVersion());
        property(xml, "rig", report.rig());
        property(xml, "seed", String.valueOf(report.seed()));
        property(xml, "jdk", report.jdk());
        property(xml, "netdev4j", report.version());
        xml.writeEndElement();
        for (CaseResult result : results) {
            xml.writeCharacters("\n    ");
            testcase(xml, result);
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        xml.writeAttribute("name", name);
        xml.writeAttribute("value", plain(value));
    }

    private static void testcase(XMLStreamWriter xml, CaseResult result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "conformance." + result.info().group());
        xml.writeAttribute("name", result.id() + " " + plain(result.info().sentence()));
        xml.writeAttribute("time", seconds(result.millis()));
        switch (result.outcome()) {
            case PASSED -> { }
            case SKIPPED -> {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute("message", plain(result.reason()));
            }
            case FAILED -> {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", plain(result.reason()));
                xml.writeCharacters(plain("source: " + result.info().source() + "\nif it fails: " + result.info()
                    .ifItFails()
                    + "\nseed: " + result.seed() + "\n\n" + result.trace()));
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    /**
     * Without the characters that XML 1.0 cannot have [XML 1.0 §2.2], which a damaged packet may put into a message.
     */
    private static String plain(String text) {
        return text.codePoints()
            .map(c -> c == '\t' || c == '\n' || c >= 0x20 && c < 0xd800 || c >= 0xe000 && c < 0xfffe || c > 0xffff ? c
                : '?')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static long count(List<CaseResult> results, Outcome outcome) {
        return results.stream().filter(r -> r.outcome() == outcome).count();
    }

    private static String seconds(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000);
    }
}
