package org.netdev4j.cli.config;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.net.Ethernet;
import org.netdev4j.platform.Units;

/**
 * Sizes of the frames to send, in bytes without FCS.
 *
 * @param cycle the sizes, each as often as its share
 */
public record FrameSizes(List<Integer> cycle) {
    static final String ALLOWED = "a number of bytes from 60 to 65549, or imix";

    // The longest IPv4 packet, for a device that makes segments of it.
    private static final int LONGEST = 65_535 + 14;
    // Simple IMIX: 7 frames of 64 bytes, 4 of 570 and 1 of 1518, with FCS.
    private static final List<Integer> IMIX = imix();

    public FrameSizes {
        cycle = List.copyOf(cycle);
    }

    private static List<Integer> imix() {
        List<Integer> sizes = new ArrayList<>(java.util.Collections.nCopies(7, 60));
        sizes.addAll(java.util.Collections.nCopies(4, 566));
        sizes.add(1514);
        return sizes;
    }

    /** The longest. */
    public int longest() {
        return cycle.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** The shortest. */
    public int shortest() {
        return cycle.stream().mapToInt(Integer::intValue).min().orElseThrow();
    }

    static FrameSizes parse(String text) {
        if ("imix".equals(text)) {
            return new FrameSizes(IMIX);
        }
        return new FrameSizes(List.of((int) Units.wholeNumber(text, Ethernet.SHORTEST_FRAME, LONGEST)));
    }
}
