package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.api.NetDev;

/** {@code ethtool -S}. */
final class StatisticsReport implements Section.Report {
    @Override
    public String text(NetDev dev, String name) {
        StringBuilder out = new StringBuilder("NIC statistics:\n");
        dev.extendedStatistics().forEach((key, value) -> out.append("     ").append(key).append(": ").append(value).append('\n'));
        return out.toString();
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        return new LinkedHashMap<>(dev.extendedStatistics());
    }
}
