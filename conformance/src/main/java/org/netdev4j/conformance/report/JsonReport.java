package org.netdev4j.conformance.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.conformance.CaseInfo;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Outcome;

/** JSON, for programs: one object with {@code device}, {@code summary} and {@code cases}. */
public final class JsonReport implements ReportWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A JSON report. */
    public JsonReport() {
        // nothing to set up
    }

    @Override
    public void write(ConformanceReport report, Appendable out) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("netdev4j", report.version());
        root.put("address", report.device());
        root.set("device", device(report.info()));
        root.put("rig", report.rig());
        root.put("seed", report.seed());
        root.put("seeds", report.seeds());
        root.put("jdk", report.jdk());
        root.put("ended", report.ended().toString());
        root.put("elapsedMillis", report.elapsed().toMillis());
        ObjectNode summary = root.putObject("summary");
        summary.put("total", report.results().size());
        for (Outcome outcome : Outcome.values()) {
            summary.put(lower(outcome), report.count(outcome));
        }
        ArrayNode cases = root.putArray("cases");
        report.results().forEach(result -> cases.add(result(result)));
        out.append(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root)).append('\n');
    }

    private static ObjectNode device(DeviceInfo info) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("driver", info.driver());
        node.put("driverVersion", info.driverVersion());
        node.put("firmware", info.firmware());
        node.put("description", info.description());
        node.put("permanentMac", info.permanentMac().toString());
        node.put("maxRxQueues", info.maxRxQueues());
        node.put("maxTxQueues", info.maxTxQueues());
        node.put("rxRing", info.rxRing().toString());
        node.put("txRing", info.txRing().toString());
        node.put("minMtu", info.minMtu());
        node.put("maxMtu", info.maxMtu());
        node.put("maxTxSegments", info.maxTxSegments());
        node.put("maxTsoLength", info.maxTsoLength());
        ArrayNode capabilities = node.putArray("capabilities");
        info.capabilities().forEach(capability -> capabilities.add(capability.name()));
        return node;
    }

    private static ObjectNode result(CaseResult result) {
        CaseInfo info = result.info();
        ObjectNode node = MAPPER.createObjectNode();
        node.put("id", info.id());
        node.put("group", info.group().name());
        node.put("groupTitle", info.group().title());
        node.put("sentence", info.sentence());
        ArrayNode needs = node.putArray("needs");
        info.needs().forEach(need -> needs.add(need.name()));
        ArrayNode faults = node.putArray("faults");
        info.faults().forEach(fault -> faults.add(fault.name()));
        node.put("rxQueues", info.rxQueues());
        node.put("txQueues", info.txQueues());
        node.put("source", info.source());
        node.put("ifItFails", info.ifItFails());
        node.put("result", lower(result.outcome()));
        node.put("reason", result.reason());
        node.put("trace", result.trace());
        node.put("millis", Math.round(result.millis() * 10) / 10.0);
        node.put("seed", result.seed());
        return node;
    }

    private static String lower(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
