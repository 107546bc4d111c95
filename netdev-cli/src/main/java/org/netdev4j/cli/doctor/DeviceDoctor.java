package org.netdev4j.cli.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.Link;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RssConfig;

/** Looks at a device through its driver; it is configured, and not started. */
public final class DeviceDoctor {
    private static final String ALLOWANCE = "_allowance_exceeded";
    // What to do about an advice of a driver's that does not say so itself, by how it begins.
    private static final Map<String, String> REMEDIES = new LinkedHashMap<>();

    static {
        REMEDIES.put("low-latency queues are off", "what each type of device has: docs/devices/ena.md");
        REMEDIES.put("write combining is off", "what it takes: docs/devices/pci.md");
    }

    private DeviceDoctor() {
    }

    /** Looks. */
    public static void examine(NetDev dev, Findings findings) {
        DeviceInfo info = dev.info();
        findings.section("Device " + dev.name());
        findings.ok("driver", info.driver() + " " + info.driverVersion()
            + (info.firmware().isEmpty() ? "" : ", firmware " + info.firmware())
            + ": " + info.description());
        link(dev, findings);
        findings.ok("MAC address", dev.macAddress().toString());
        findings.ok("MTU", dev.mtu() + " (" + info.minMtu() + " to " + info.maxMtu() + ")");
        findings.ok("queues", "up to " + info.maxRxQueues() + " receive, " + info.maxTxQueues() + " transmit");
        findings.ok("rings", "receive " + dev.rxQueue(0).ringSize() + " (" + info.rxRing() + "), transmit " + dev.txQueue(0)
            .ringSize() + " ("
            + info.txRing() + ")");
        findings.ok("packets", "up to " + info.maxTxSegments() + " buffers transmitted"
            + (info.maxTsoLength() == 0 ? "" : ", " + info.maxTsoLength() + " bytes with TSO")
            + (info.txHeadroom() == 0 ? "" : ", headroom of " + info.txHeadroom() + " bytes"));
        info.extra().forEach(findings::ok);
        rss(dev, findings);
        features(dev, findings);
        allowances(dev, findings);
        for (String advice : dev.advice()) {
            findings.warn("advice", advice, REMEDIES.entrySet().stream().filter(r -> advice.startsWith(r.getKey()))
                .map(Map.Entry::getValue)
                .findFirst().orElse("what the driver knows of its device: docs/devices"));
        }
    }

    private static void link(NetDev dev, Findings findings) {
        Link link = dev.link();
        if (link.up()) {
            findings.ok("link", link + (link.speedMbps() == 0 ? " (the device does not tell)" : ""));
        } else {
            findings.warn("link", link.toString(),
                "look at the other end: cable, switch, security group, or the wire (--wire)");
        }
    }

    private static void rss(NetDev dev, Findings findings) {
        DeviceInfo info = dev.info();
        if (!info.has(Capability.RSS_HASH)) {
            findings.ok("RSS", "the device has none: every packet comes in at queue 0");
            return;
        }
        RssConfig rss = dev.rss();
        findings.ok("RSS function", rss.function().name().toLowerCase(Locale.ROOT));
        findings.ok("RSS key", (rss.key().length == 0 ? "the device's own, which nobody can read"
            : HexFormat.ofDelimiter(":").formatHex(rss.key()))
            + (info.has(Capability.RSS_KEY_UPDATE) ? "" : " (cannot be changed)"));
        Map<Integer, Long> share = Arrays.stream(rss.table()).boxed().collect(Collectors.groupingBy(q -> q,
            Collectors.counting()));
        findings.ok("RSS table", rss.table().length + " entries over " + share.size()
            + (share.size() == 1 ? " queue" : " queues")
            + (info.has(Capability.RSS_TABLE_UPDATE) ? "" : " (cannot be changed)"));
        Map<String, List<String>> fields = new LinkedHashMap<>();
        rss.fields().forEach((type, hashed) -> fields.computeIfAbsent(hashed.stream().sorted()
            .map(f -> f.name().toLowerCase(Locale.ROOT).replace('_', '-')).collect(Collectors.joining("+")),
            f -> new ArrayList<>())
            .add(type.label()));
        findings.ok("RSS fields", fields.isEmpty() ? "none" : fields.entrySet().stream()
            .map(e -> String.join(", ", e.getValue()) + ": " + e.getKey()).collect(Collectors.joining("; "))
            + (info.has(Capability.RSS_FIELDS_UPDATE) ? "" : " (cannot be changed)"));
    }

    private static void features(NetDev dev, Findings findings) {
        List<Capability> able = dev.info().capabilities().stream().filter(Capability::isOffload).toList();
        findings.ok("features on", names(able.stream().filter(dev.offloads()::contains).toList()));
        findings.ok("features off", names(able.stream().filter(c -> !dev.offloads().contains(c)).toList()));
        findings.ok("not there", names(Arrays.stream(Capability.values()).filter(Capability::isOffload)
            .filter(c -> !able.contains(c)).toList()));
        findings.ok("can also", dev.info().capabilities().stream().filter(c -> !c.isOffload()).map(Capability::label)
            .collect(Collectors.joining(", ")));
    }

    private static String names(List<Capability> of) {
        return of.isEmpty() ? "none" : of.stream().map(Capability::featureName).collect(Collectors.joining(", "));
    }

    private static void allowances(NetDev dev, Findings findings) {
        Map<String, Long> all = new LinkedHashMap<>();
        dev.extendedStatistics().forEach((name, count) -> {
            if (name.endsWith(ALLOWANCE)) {
                all.put(name.substring(0, name.length() - ALLOWANCE.length()), count);
            }
        });
        if (all.isEmpty()) {
            return;
        }
        String over = all.entrySet().stream().filter(e -> e.getValue() > 0).map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
        if (over.isEmpty()) {
            findings.ok("allowances", "none exceeded (" + String.join(", ", all.keySet()) + ")");
        } else {
            findings.warn("allowances", "packets queued or dropped: " + over, "less traffic, or a larger instance");
        }
    }
}
