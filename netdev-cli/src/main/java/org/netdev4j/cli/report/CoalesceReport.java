package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetDev;

/** {@code ethtool -c}: five values of ours among the many that it knows. */
final class CoalesceReport implements Section.Report {
    @Override
    public Optional<String> missing(NetDev dev) {
        return dev.info().has(Capability.COALESCING) ? Optional.empty() : Optional.of("the device has no interrupt coalescing");
    }

    @Override
    public String text(NetDev dev, String name) {
        Coalescing c = dev.coalescing();
        String adaptive = !dev.info().has(Capability.ADAPTIVE_COALESCING) ? "n/a" : c.adaptive() ? "on" : "off";
        return "Coalesce parameters for " + name + ":\n"
            + "Adaptive RX: " + adaptive + "  TX: n/a\n"
            + none("stats-block-usecs", "sample-interval", "pkt-rate-low", "pkt-rate-high")
            + "\nrx-usecs: " + c.rxUsecs() + "\nrx-frames: " + c.rxFrames() + "\n" + none("rx-usecs-irq", "rx-frames-irq")
            + "\ntx-usecs: " + c.txUsecs() + "\ntx-frames: " + c.txFrames() + "\n" + none("tx-usecs-irq", "tx-frames-irq")
            + "\n" + none("rx-usecs-low", "rx-frame-low", "tx-usecs-low", "tx-frame-low")
            + "\n" + none("rx-usecs-high", "rx-frame-high", "tx-usecs-high", "tx-frame-high")
            + "\nCQE mode RX: n/a  TX: n/a\n\n";
    }

    private static String none(String... names) {
        return String.join(": n/a\n", names) + ": n/a\n";
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        Coalescing c = dev.coalescing();
        Map<String, Object> all = new LinkedHashMap<>();
        if (dev.info().has(Capability.ADAPTIVE_COALESCING)) {
            all.put("adaptive-rx", c.adaptive());
        }
        all.put("rx-usecs", c.rxUsecs());
        all.put("rx-frames", c.rxFrames());
        all.put("tx-usecs", c.txUsecs());
        all.put("tx-frames", c.txFrames());
        return all;
    }
}
