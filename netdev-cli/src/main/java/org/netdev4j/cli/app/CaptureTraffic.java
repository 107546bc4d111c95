package org.netdev4j.cli.app;

import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureReader;

/** The frames of a capture file, as they are. */
final class CaptureTraffic implements Traffic {
    private static final int MOST_TAGS = 2;

    private final CaptureReader reader;
    private final int mtu;
    private final String device;
    private long cut;
    private long empty;

    /**
     * Traffic.
     *
     * @param reader open; closed with this
     * @param mtu    of the device that is to send it
     * @param device its name, for messages
     */
    CaptureTraffic(CaptureReader reader, int mtu, String device) {
        this.reader = reader;
        this.mtu = mtu;
        this.device = device;
    }

    @Override
    public boolean advance() {
        while (reader.next()) {
            if (reader.originalLength() > reader.length()) {
                cut++;
            }
            if (reader.length() > 0) {
                requireFits();
                return true;
            }
            empty++; // no wire carries it
        }
        return false;
    }

    private void requireFits() {
        int l2 = headerLength(reader.frame(), reader.length());
        if (reader.length() > mtu + l2) {
            throw new PlatformException("capture file " + reader.name() + ": frame " + reader.records() + " has " + reader.length()
                + " bytes, and " + device + " sends " + (mtu + l2) + " at most with its MTU of " + mtu + "; use --mtu "
                + (reader.length() - l2));
        }
    }

    private static int headerLength(Memory frame, int length) {
        int l2 = Ethernet.HEADER_LENGTH;
        for (int tags = 0; tags < MOST_TAGS && length >= l2 && Vlan.isTag(frame.getUnsignedShortBe(l2 - 2)); tags++) {
            l2 += Vlan.HEADER_LENGTH;
        }
        return l2;
    }

    @Override
    public int length() {
        return reader.length();
    }

    @Override
    public long capturedNanos() {
        return reader.epochNanos();
    }

    @Override
    public boolean fill(NetBuf buffer, NetBufPool pool) {
        buffer.append(reader.length());
        buffer.copyFrom(0, reader.frame(), 0, reader.length());
        return true;
    }

    /** Frames of which the capture has less than was on the wire. */
    long cut() {
        return cut;
    }

    /** Records without a byte, which were passed over. */
    long empty() {
        return empty;
    }

    @Override
    public void close() {
        reader.close();
    }
}
