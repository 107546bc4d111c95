package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.api.NetDev;

/** {@code ethtool -g}. */
final class RingReport implements Section.Report {
    @Override
    public String text(NetDev dev, String name) {
        Map<String, Object> all = plain(dev);
        return "Ring parameters for " + name + ":\n"
            + "Pre-set maximums:\n"
            + rings(all.get("rx-max"), all.get("tx-max"))
            + "Current hardware settings:\n"
            + rings(all.get("rx"), all.get("tx"));
    }

    private static String rings(Object rx, Object tx) {
        return "RX:\t\t" + rx + "\nRX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t" + tx + "\n";
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rx-max", dev.info().rxRing().max());
        all.put("tx-max", dev.info().txRing().max());
        all.put("rx", dev.rxQueue(0).ringSize());
        all.put("tx", dev.txQueue(0).ringSize());
        return all;
    }
}
