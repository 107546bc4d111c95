package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.VectorChecks;
import org.netdev4j.platform.linux.EventFds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MSI-X vectors of a function in another process: event counters that its server signals. Masked on this side. */
final class ClientInterrupts implements Interrupts {
    private static final Logger LOG = LoggerFactory.getLogger(ClientInterrupts.class);

    private final String device;
    private final IrqMessages irqs;
    private int available;
    private int enabled;
    private EventFds events;

    ClientInterrupts(String device, IrqMessages irqs) {
        this.device = device;
        this.irqs = irqs;
    }

    /** Asks how many there are. */
    void learn() {
        available = irqs.count(VfioUser.IRQ_MSIX);
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public int enable(int count) {
        VectorChecks.requireCount(device, count, available, enabled);
        events = new EventFds("interrupts of " + device, count);
        try {
            int most = irqs.fdsAtOnce();
            for (int start = 0; start < count; start += most) {
                connect(start, Math.min(most, count - start));
            }
        } catch (VfioUserException e) {
            disconnect();
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
        irqs.connect(VfioUser.IRQ_MSIX, start, fds);
    }

    /** The server lets go of the counters, or not: nobody listens to them any more. */
    private void disconnect() {
        try {
            irqs.disconnect(VfioUser.IRQ_MSIX);
        } catch (VfioUserException e) {
            LOG.warn("{}: interrupts stay connected there: {}", device, e.getMessage());
        } finally {
            enabled = 0;
            events.close();
            events = null;
        }
    }

    @Override
    public int enabled() {
        return enabled;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.route(vector, event);
    }

    @Override
    public void mask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.mask(vector, true);
    }

    @Override
    public void unmask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.mask(vector, false);
    }

    @Override
    public void disable() {
        if (events != null) {
            disconnect();
        }
    }
}
