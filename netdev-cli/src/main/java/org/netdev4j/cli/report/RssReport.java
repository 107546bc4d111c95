package org.netdev4j.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RssConfig;

/** {@code ethtool -x}, and in JSON also what {@code ethtool -n DEVICE rx-flow-hash} shows. */
final class RssReport implements Section.Report {
    private static final int ENTRIES_PER_LINE = 8;

    @Override
    public Optional<String> missing(NetDev dev) {
        return dev.info().has(Capability.RSS_HASH) ? Optional.empty() : Optional.of("the device has no receive-side scaling");
    }

    @Override
    public String text(NetDev dev, String name) {
        RssConfig rss = dev.rss();
        int[] table = rss.table();
        StringBuilder out = new StringBuilder("RX flow hash indirection table for " + name + " with " + dev.config().rxQueues()
            + " RX ring(s):\n");
        for (int i = 0; i < table.length; i += ENTRIES_PER_LINE) {
            out.append(String.format("%5d: ", i));
            for (int j = i; j < Math.min(i + ENTRIES_PER_LINE, table.length); j++) {
                out.append(String.format(" %5d", table[j]));
            }
            out.append('\n');
        }
        out.append("RSS hash key:\n").append(HexFormat.ofDelimiter(":").formatHex(rss.key())).append('\n');
        out.append("RSS hash function:\n");
        functions(dev).forEach((function, on) -> out.append("    ").append(function).append(": ").append(on ? "on" : "off").append('\n'));
        return out.toString();
    }

    private static Map<String, Boolean> functions(NetDev dev) {
        Map<String, Boolean> all = new LinkedHashMap<>();
        for (HashFunction each : HashFunction.values()) {
            if (dev.info().rss().orElseThrow().functions().contains(each)) {
                all.put(each.name().toLowerCase(Locale.ROOT), each == dev.rss().function());
            }
        }
        return all;
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        RssConfig rss = dev.rss();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rss-indirection-table", Arrays.stream(rss.table()).boxed().toList());
        List<Integer> key = new ArrayList<>();
        for (byte each : rss.key()) {
            key.add(each & 0xff);
        }
        all.put("rss-hash-key", key);
        all.put("rss-hash-function", functions(dev));
        Map<String, Object> fields = new LinkedHashMap<>();
        rss.fields().forEach((type, hashed) -> fields.put(type.label(),
            hashed.stream().sorted().map(f -> f.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList()));
        all.put("rx-flow-hash", fields);
        return all;
    }
}
