package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.api.NetDev;

/** {@code ethtool -l}. Receive and transmit queues are counted apart: nothing ties them together here. */
final class ChannelReport implements Section.Report {
    @Override
    public String text(NetDev dev, String name) {
        Map<String, Object> all = plain(dev);
        return "Channel parameters for " + name + ":\n"
            + "Pre-set maximums:\n"
            + channels(all.get("rx-max"), all.get("tx-max"))
            + "Current hardware settings:\n"
            + channels(all.get("rx"), all.get("tx"));
    }

    private static String channels(Object rx, Object tx) {
        return "RX:\t\t" + rx + "\nTX:\t\t" + tx + "\nOther:\t\tn/a\nCombined:\tn/a\n";
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rx-max", dev.info().maxRxQueues());
        all.put("tx-max", dev.info().maxTxQueues());
        all.put("rx", dev.config().rxQueues());
        all.put("tx", dev.config().txQueues());
        return all;
    }
}
