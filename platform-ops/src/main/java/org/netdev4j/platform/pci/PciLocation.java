package org.netdev4j.platform.pci;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a PCI function is: {@code 0000:00:06.0}.
 *
 * @param domain   0 and up; 16 bits, or 32 behind some host bridges
 * @param bus      8 bits
 * @param device   5 bits
 * @param function 3 bits
 */
public record PciLocation(int domain, int bus, int device, int function) implements Comparable<PciLocation> {
    private static final Pattern FORM = Pattern.compile(
        "(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
    private static final Comparator<PciLocation> ORDER = Comparator.comparing(PciLocation::domain, Integer::compareUnsigned)
        .thenComparing(PciLocation::bus).thenComparing(PciLocation::device).thenComparing(PciLocation::function);
    private static final int DEVICES = 32;
    private static final int FUNCTIONS = 8;

    /**
     * Checks the widths.
     *
     * @throws IllegalArgumentException if a number has more bits than its field
     */
    public PciLocation {
        if (bus >>> Byte.SIZE != 0 || device < 0 || device >= DEVICES || function < 0 || function >= FUNCTIONS) {
            throw new IllegalArgumentException("no place on a PCI bus: bus=" + bus + ", device=" + device + ", function="
                + function);
        }
    }

    /**
     * Reads a location: {@code 0000:00:06.0}, or {@code 00:06.0} in domain 0.
     *
     * @throws IllegalArgumentException if it has not that form
     */
    public static PciLocation parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3), 16) >= DEVICES) {
            throw new IllegalArgumentException("\"" + text
                + "\" is not the place of a PCI function: domain:bus:device.function, as 0000:00:06.0");
        }
        return new PciLocation(form.group(1) == null ? 0 : Integer.parseUnsignedInt(form.group(1), 16),
            Integer.parseInt(form.group(2), 16), Integer.parseInt(form.group(3), 16), Integer.parseInt(form.group(4)));
    }

    @Override
    public int compareTo(PciLocation other) {
        return ORDER.compare(this, other);
    }

    /** As Linux names it. */
    @Override
    public String toString() {
        return String.format("%04x:%02x:%02x.%d", domain, bus, device, function);
    }
}
