package org.netdev4j.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetDev;

/** {@code ethtool -k}: offloads, some in groups that are on if one of them is. */
final class FeatureReport implements Section.Report {
    private static final Map<String, String> GROUPS =
        Map.of("tx-checksum-", "tx-checksumming", "tx-tcp", "tcp-segmentation-offload");

    /** A line: a feature of the device, or a group, of which {@code capability} is null. */
    private record Line(String name, Capability capability, boolean active, boolean member) {
        String text(NetDev dev) {
            boolean fixed = capability != null && !dev.info().has(capability);
            return (member ? "\t" : "") + name + ": " + (active ? "on" : "off") + (fixed ? " [fixed]" : "") + "\n";
        }

        Map<String, Object> plain(NetDev dev) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("active", active);
            all.put("fixed", capability == null ? null : !dev.info().has(capability));
            all.put("requested", capability == null ? null : active);
            return all;
        }
    }

    private static List<Line> lines(NetDev dev) {
        Set<Capability> on = dev.offloads();
        List<Line> lines = new ArrayList<>();
        String open = "";
        for (Capability each : Capability.values()) {
            if (!each.isOffload()) {
                continue;
            }
            String group = group(each);
            if (!group.isEmpty() && !group.equals(open)) {
                lines.add(new Line(group, null, on.stream().anyMatch(c -> group(c).equals(group)), false));
            }
            open = group;
            lines.add(new Line(each.featureName(), each, on.contains(each), !group.isEmpty()));
        }
        return lines;
    }

    private static String group(Capability capability) {
        return GROUPS.entrySet().stream().filter(g -> capability.featureName().startsWith(g.getKey())).map(Map.Entry::getValue)
            .findFirst().orElse("");
    }

    @Override
    public String text(NetDev dev, String name) {
        StringBuilder out = new StringBuilder("Features for " + name + ":\n");
        lines(dev).forEach(line -> out.append(line.text(dev)));
        return out.toString();
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        Map<String, Object> all = new LinkedHashMap<>();
        lines(dev).forEach(line -> all.put(line.name(), line.plain(dev)));
        return all;
    }
}
