package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntBinaryOperator;
import org.netdev4j.platform.bus.PciFunction;

/** What a function says of itself in its configuration space. Reads only. [PCI 6.1, 6.2.5, 6.7, 6.8.2] */
public final class ConfigSpace {
    private static final int STATUS = 0x06;
    private static final int STATUS_CAPABILITIES = 1 << 4;
    private static final int BAR = 0x10;
    private static final int CAPABILITIES = 0x34;
    private static final int HEADER_BYTES = 0x40;
    private static final int BYTES = 0x100;
    private static final int CAPABILITY_MSIX = 0x11;
    private static final int MSIX_SIZE = 0x7ff;
    private static final int BAR_IO = 1;
    private static final int BAR_PREFETCHABLE = 1 << 3;
    // No more fit: a device that links its capabilities in a circle must not keep us.
    private static final int MOST_CAPABILITIES = (BYTES - HEADER_BYTES) / 4;

    private final IntBinaryOperator read;
    private final int bytes;

    private ConfigSpace(IntBinaryOperator read, int bytes) {
        this.read = read;
        this.bytes = bytes;
    }

    /** Of a function that is attached; valid until it is closed. */
    public static ConfigSpace of(PciFunction function) {
        return new ConfigSpace(function::readConfig, BYTES);
    }

    /** As sysfs has it: of which all but the first 64 bytes are root's to read. */
    static Optional<ConfigSpace> of(PciDevice device) {
        Path file = device.directory().resolve("config");
        try {
            byte[] all = Files.readAllBytes(file);
            return Optional.of(new ConfigSpace((offset, width) -> {
                int value = 0;
                for (int i = width - 1; i >= 0; i--) {
                    value = value << Byte.SIZE | all[offset + i] & 0xff;
                }
                return value;
            }, Math.min(BYTES, all.length)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** True if a BAR is memory whose writes may be merged. */
    public boolean isPrefetchable(int bar) {
        int value = read.applyAsInt(BAR + bar * Integer.BYTES, Integer.BYTES);
        return (value & BAR_IO) == 0 && (value & BAR_PREFETCHABLE) != 0;
    }

    /** Vectors of MSI-X; empty if it has none, or cannot be read that far. */
    OptionalLong msixVectors() {
        if (bytes < BYTES || (read.applyAsInt(STATUS, Short.BYTES) & STATUS_CAPABILITIES) == 0) {
            return OptionalLong.empty();
        }
        int at = read.applyAsInt(CAPABILITIES, 1) & 0xfc;
        for (int i = 0; i < MOST_CAPABILITIES && at >= HEADER_BYTES; i++) {
            if (read.applyAsInt(at, 1) == CAPABILITY_MSIX) {
                return OptionalLong.of((read.applyAsInt(at + 2, Short.BYTES) & MSIX_SIZE) + 1);
            }
            at = read.applyAsInt(at + 1, 1) & 0xfc;
        }
        return OptionalLong.empty();
    }
}
