package org.netdev4j.platform.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;

/** The formats of capture files that can be written. */
public enum CaptureFormat {
    /** Classic pcap with nanoseconds, magic number 0xa1b23c4d. */
    PCAP("pcap"),
    /** Classic pcap with microseconds, magic number 0xa1b2c3d4, for tools that know no other. */
    PCAP_MICROSECONDS("pcap-us"),
    /** pcapng, with nanoseconds. */
    PCAPNG("pcapng");

    private final String label;

    CaptureFormat(String label) {
        this.label = label;
    }

    /** How it is written in options. */
    public String label() {
        return label;
    }

    /** All labels. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(CaptureFormat::label).toList();
    }

    /**
     * The format of that label.
     *
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    public static CaptureFormat ofLabel(String label) {
        for (CaptureFormat format : values()) {
            if (format.label.equals(label)) {
                return format;
            }
        }
        throw new IllegalArgumentException("\"" + label + "\": a capture format is one of " + String.join(", ", labels())
            + Suggest.didYouMean(label, labels()));
    }

    /**
     * The format that a file's name asks for: {@code .pcap} or {@code .pcapng}. Standard output ({@code -}) gets pcapng.
     *
     * @throws PlatformException if the name ends in neither
     */
    public static CaptureFormat ofTarget(String target) {
        String name = target.toLowerCase(Locale.ROOT);
        if (name.endsWith(".pcapng") || "-".equals(name)) {
            return PCAPNG;
        }
        if (name.endsWith(".pcap")) {
            return PCAP;
        }
        throw new PlatformException("capture file " + target
            + ": the name does not tell the format; let it end in .pcap or .pcapng, or give the format");
    }
}
