package org.netdev4j.platform.wire;

import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How a capture file is written. Immutable; start from {@link #of} and change what differs.
 *
 * @param format        the file format
 * @param order         byte order of its headers; little-endian unless a reader needs the other
 * @param snaplen       bytes of each frame that are kept at most, from 1 to {@link WirePort#MAX_FRAME}
 * @param interfaceName pcapng's {@code if_name}; classic pcap has no place for it
 */
public record CaptureOptions(CaptureFormat format, ByteOrder order, int snaplen, Optional<String> interfaceName) {
    public CaptureOptions {
        if (snaplen < 1 || snaplen > WirePort.MAX_FRAME) {
            throw new IllegalArgumentException("snaplen is from 1 to " + WirePort.MAX_FRAME + ": " + snaplen);
        }
    }

    /** Whole frames, little-endian, no interface name. */
    public static CaptureOptions of(CaptureFormat format) {
        return new CaptureOptions(format, ByteOrder.LITTLE_ENDIAN, WirePort.MAX_FRAME, Optional.empty());
    }

    /** The same with another byte order. */
    public CaptureOptions withOrder(ByteOrder other) {
        return new CaptureOptions(format, other, snaplen, interfaceName);
    }

    /** The same with frames cut to {@code bytes}. */
    public CaptureOptions withSnaplen(int bytes) {
        return new CaptureOptions(format, order, bytes, interfaceName);
    }

    /** The same with the name of the interface that the frames are from. */
    public CaptureOptions withInterfaceName(String name) {
        return new CaptureOptions(format, order, snaplen, Optional.of(name));
    }
}
