package org.netdev4j.cli.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.Link;
import org.netdev4j.api.NetDev;

/** What no option of ethtool shows, laid out as {@code ethtool DEVICE} does. */
final class GeneralReport implements Section.Report {
    @Override
    public String text(NetDev dev, String name) {
        DeviceInfo info = dev.info();
        StringBuilder out = new StringBuilder("Settings for " + name + ":\n");
        line(out, "Description", info.description());
        line(out, "Link detected", dev.link().up() ? "yes" : "no");
        line(out, "Speed", dev.link().speedMbps() == 0 ? "Unknown!" : dev.link().speedMbps() + "Mb/s");
        line(out, "Duplex", dev.link().up() ? dev.link().fullDuplex() ? "Full" : "Half" : "Unknown!");
        line(out, "MAC address", dev.macAddress() + (dev.macAddress().equals(info.permanentMac()) ? "" : " (permanent "
            + info.permanentMac() + ")"));
        line(out, "MTU", dev.mtu() + " (" + info.minMtu() + " to " + info.maxMtu() + ")");
        line(out, "Rings", "RX " + info.rxRing() + "; TX " + info.txRing());
        line(out, "Filters", info.maxUnicast() + " unicast, " + info.maxMulticast() + " multicast addresses");
        line(out, "Promiscuous", dev.promiscuous() ? "on" : "off");
        line(out, "Transmit", "chains of " + info.maxTxSegments() + " buffers" + (info.txHeadroom() == 0 ? "" : ", headroom of "
            + info.txHeadroom() + " bytes") + (info.maxTsoLength() == 0 ? "" : ", TSO of " + info.maxTsoLength() + " bytes"));
        line(out, "Capabilities", String.join(", ", info.capabilities().stream().map(Capability::label).toList()));
        info.extra().forEach((key, value) -> line(out, key, value));
        dev.advice().forEach(advice -> line(out, "Advice", advice));
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append('\t').append(name).append(": ").append(value).append('\n');
    }

    @Override
    public Map<String, Object> plain(NetDev dev) {
        DeviceInfo info = dev.info();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("description", info.description());
        all.put("state", dev.state().name().toLowerCase(Locale.ROOT));
        all.put("link", link(dev.link()));
        all.put("mac", dev.macAddress().toString());
        all.put("permanent-mac", info.permanentMac().toString());
        all.put("mtu", dev.mtu());
        all.put("mtu-min", info.minMtu());
        all.put("mtu-max", info.maxMtu());
        all.put("promiscuous", dev.promiscuous());
        all.put("all-multicast", dev.allMulticast());
        all.put("unicast-filter-max", info.maxUnicast());
        all.put("multicast-filter-max", info.maxMulticast());
        all.put("tx-segments-max", info.maxTxSegments());
        all.put("tx-headroom", info.txHeadroom());
        all.put("tso-max", info.maxTsoLength());
        all.put("capabilities", info.capabilities().stream().map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList());
        all.put("extra", info.extra());
        all.put("advice", List.copyOf(dev.advice()));
        return all;
    }

    private static Map<String, Object> link(Link link) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("up", link.up());
        all.put("speed-mbps", link.speedMbps() == 0 ? null : link.speedMbps());
        all.put("full-duplex", link.fullDuplex());
        return all;
    }
}
