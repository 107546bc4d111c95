package org.netdev4j.cli.report;

import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.NetDev;

/**
 * A part of what a device says of itself. Each has the layout of {@code ethtool} with the option named, as ethtool 6.1 prints it.
 */
public enum Section {
    /** What no option of ethtool shows: link, addresses, limits, capabilities. */
    GENERAL("general", new GeneralReport()),
    /** {@code -i}. */
    DRIVER("driver", new DriverReport()),
    /** {@code -g}. */
    RINGS("rings", new RingReport()),
    /** {@code -l}. */
    CHANNELS("channels", new ChannelReport()),
    /** {@code -k}. */
    FEATURES("features", new FeatureReport()),
    /** {@code -x}. */
    RSS("rss", new RssReport()),
    /** {@code -c}. */
    COALESCE("coalesce", new CoalesceReport()),
    /** {@code -S}. */
    STATISTICS("statistics", new StatisticsReport());

    private final String key;
    private final Report report;

    Section(String key, Report report) {
        this.key = key;
        this.report = report;
    }

    /** Name in JSON. */
    public String key() {
        return key;
    }

    /** Why a device does not have this section; empty if it has. */
    public Optional<String> missing(NetDev dev) {
        return report.missing(dev);
    }

    /** The section as text, lines ended by line feeds. The device must be configured. */
    public String text(NetDev dev, String name) {
        return report.text(dev, name);
    }

    /** The section as maps and lists. The device must be configured. */
    public Map<String, Object> plain(NetDev dev) {
        return report.plain(dev);
    }

    /** How a section is made. */
    interface Report {
        default Optional<String> missing(NetDev dev) {
            return Optional.empty();
        }

        String text(NetDev dev, String name);

        Map<String, Object> plain(NetDev dev);
    }
}
