package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.linux.EventFds;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.memory.Memory;

/** MSI-X vectors of a function in another process: event counters that its server signals. Masked on this side. */
final class ClientInterrupts implements Interrupts {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 16;
    private static final int SET_BYTES = 20;

    private final String device;
    private final Client client;
    private int available;
    private int enabled;
    private EventFds events;

    ClientInterrupts(String device, Client client) {
        this.device = device;
        this.client = client;
    }

    /** Asks how many there are. */
    void learn() {
        Memory out = client.begin();
        try {
            out.fill(PAYLOAD, INFO_BYTES, (byte) 0);
            out.putInt(PAYLOAD, INFO_BYTES);
            out.putInt(PAYLOAD + 8, VfioUser.IRQ_MSIX);
            boolean told = client.call(VfioUser.DEVICE_GET_IRQ_INFO, INFO_BYTES) >= INFO_BYTES;
            available = told ? Math.max(0, client.reply().getInt(PAYLOAD + 12)) : 0;
        } finally {
            client.end();
        }
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public int enable(int count) {
        if (count < 1 || count > available) {
            throw new IllegalArgumentException(device + ": there are 1 to " + available + " vectors to enable: count=" + count);
        }
        if (enabled > 0) {
            throw new IllegalStateException(device + ": " + enabled
                + " interrupt vectors are enabled already; disable them first");
        }
        events = new EventFds("interrupts of " + device, count);
        try {
            for (int start = 0; start < count; start += LinuxSockets.MAX_PASSED) {
                connect(start, Math.min(LinuxSockets.MAX_PASSED, count - start));
            }
        } catch (VfioUserException e) {
            forget();
            throw new PlatformException(device + ": no interrupt vector can be had: " + e.getMessage() + "; use polling", e);
        }
        enabled = count;
        return count;
    }

    private void connect(int start, int count) {
        int[] fds = new int[count];
        for (int i = 0; i < count; i++) {
            fds[i] = events.fd(start + i);
        }
        set(VfioUser.SET_ACTION_TRIGGER | VfioUser.SET_DATA_EVENTFD, start, count, fds);
    }

    private void set(int flags, int start, int count, int... fds) {
        Memory out = client.begin();
        try {
            out.putInt(PAYLOAD, SET_BYTES);
            out.putInt(PAYLOAD + 4, flags);
            out.putInt(PAYLOAD + 8, VfioUser.IRQ_MSIX);
            out.putInt(PAYLOAD + 12, start);
            out.putInt(PAYLOAD + 16, count);
            client.call(VfioUser.DEVICE_SET_IRQS, SET_BYTES, fds);
        } finally {
            client.end();
        }
    }

    @Override
    public int enabled() {
        return enabled;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        requireEnabled(vector);
        events.route(vector, event);
    }

    @Override
    public void mask(int vector) {
        requireEnabled(vector);
        events.mask(vector, true);
    }

    @Override
    public void unmask(int vector) {
        requireEnabled(vector);
        events.mask(vector, false);
    }

    private void requireEnabled(int vector) {
        if (vector < 0 || vector >= enabled) {
            throw new IllegalArgumentException(device + ": interrupt vector " + vector + " is not enabled; " + enabled + " are");
        }
    }

    @Override
    public void disable() {
        try {
            if (enabled > 0) {
                set(VfioUser.SET_ACTION_TRIGGER | VfioUser.SET_DATA_NONE, 0, 0);
            }
        } finally {
            forget();
        }
    }

    /** Nothing is enabled any more. */
    void forget() {
        enabled = 0;
        if (events != null) {
            events.close();
            events = null;
        }
    }
}
