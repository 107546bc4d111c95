package org.netdev4j.models.control;

import java.io.IOException;
import org.netdev4j.models.control.ControlException.Code;
import org.netdev4j.platform.wire.WirePort;

/**
 * A device that was powered on over a control channel, seen from its other side. Thread-safe, but for the far end, which has
 * the rules of {@link WirePort}. All methods may throw {@link ControlException}.
 */
public final class ControlNic implements AutoCloseable {
    private final ControlClient client;
    private final int device;
    private final ControlledWire wire;
    private volatile boolean flapping;

    ControlNic(ControlClient client, int device, ControlledWire wire) {
        this.client = client;
        this.device = device;
        this.wire = wire;
    }

    /** Number of the device. */
    public int device() {
        return device;
    }

    /** The far end of its wire, with room for 2 MiB of frames each way. Closed with this. */
    public WirePort farEnd() {
        return wire;
    }

    /** Injects faults, written as {@link org.netdev4j.models.device.Faults} reads them. */
    public void inject(String faults) {
        client.request(Protocol.INJECT, device, out -> Fields.text(out, faults));
    }

    /** Takes all faults back. */
    public void clearFaults() {
        client.request(Protocol.CLEAR, device, out -> { });
    }

    /** The place of the faults of a queue, or -1; see {@link org.netdev4j.models.device.QueuePlaces}. */
    public int place(boolean receive, int queue) {
        return read(client.request(Protocol.PLACE, device, out -> {
            out.writeBoolean(receive);
            out.writeInt(queue);
        }), Fields::s32);
    }

    /** Pulls the device out. */
    public void remove() {
        client.request(Protocol.REMOVE, device, out -> { });
    }

    /**
     * Takes the link up or down.
     *
     * @param periodNanos how often it changes from then on; 0 for never
     */
    public void link(boolean up, long periodNanos) {
        flapping = periodNanos > 0;
        client.request(Protocol.LINK, device, out -> {
            out.writeBoolean(up);
            out.writeLong(periodNanos);
        });
        wire.linked(up);
    }

    /** A link that changes stays up from now on; one that does not stays as it is. */
    public void still() {
        if (flapping) {
            link(true, 0);
        }
    }

    /** Register accesses since it was powered on. */
    public long registerAccesses() {
        return read(client.request(Protocol.TALLY, device, out -> { }), Fields::s64);
    }

    /** Accesses to its registers and its configuration space since it was powered on. */
    public long accesses() {
        Fields fields = client.request(Protocol.TALLY, device, out -> { });
        return read(fields, Fields::s64) + read(fields, Fields::s64);
    }

    /** What has crossed its bus, and the last lines of its trace, for people. */
    public String trace(int lines) {
        return read(client.request(Protocol.TRACE, device, out -> out.writeInt(lines)), Fields::text);
    }

    /** Waits until all frames that were sent before have arrived: those of the device here, and those from here there. */
    public void settle() {
        client.request(Protocol.SYNC, device, out -> { });
    }

    private interface Reading<T> {
        T of(Fields fields) throws IOException;
    }

    private static <T> T read(Fields fields, Reading<T> reading) {
        try {
            return reading.of(fields);
        } catch (IOException e) {
            throw new ControlException(Code.CHANNEL, "a malformed answer over the control channel: " + e.getMessage(), e);
        }
    }

    /** Closes the far end. The device stays as it is until it is powered on again or released. Idempotent. */
    @Override
    public void close() {
        wire.close();
    }
}
