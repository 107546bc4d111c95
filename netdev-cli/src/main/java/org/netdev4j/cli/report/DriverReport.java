package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.api.NetDev;

/** {@code ethtool -i}. */
final class DriverReport implements Section.Report {
    @Override
    public String text(NetDev dev, String name) {
        StringBuilder out = new StringBuilder();
        plain(dev).forEach((key, value) -> out.append(key).append(": ").append(word(value)).append('\n'));
        return out.toString();
    }

    private static Object word(Object value) {
        return value instanceof Boolean flag ? flag ? "yes" : "no" : value;
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("driver", dev.info().driver());
        all.put("version", dev.info().driverVersion());
        all.put("firmware-version", dev.info().firmware());
        all.put("expansion-rom-version", "");
        all.put("bus-info", dev.name());
        all.put("supports-statistics", true);
        all.put("supports-test", false);
        all.put("supports-eeprom-access", false);
        all.put("supports-register-dump", false);
        all.put("supports-priv-flags", false);
        return all;
    }
}
