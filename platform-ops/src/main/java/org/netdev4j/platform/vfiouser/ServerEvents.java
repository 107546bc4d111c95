package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.EventFds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two interrupts of VFIO that are no vectors: an error that the device does not recover from, and a request to give the
 * device back. Each becomes a line in the log; a server need not have them.
 */
final class ServerEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerEvents.class);
    private static final int[] INDEXES = {VfioUser.IRQ_ERROR, VfioUser.IRQ_REQUEST};
    private static final String[] LINES = {"the server reports an error that the device does not recover from; reset it",
        "the server wants the device back; close it"};

    private final String device;
    private final IrqMessages irqs;
    private EventFds events;

    ServerEvents(String device, IrqMessages irqs) {
        this.device = device;
        this.irqs = irqs;
    }

    /** Listens to those that there are. That the server refuses is no failure. */
    void connect() {
        boolean[] known = new boolean[INDEXES.length];
        boolean any = false;
        for (int i = 0; i < INDEXES.length; i++) {
            known[i] = irqs.count(INDEXES[i]) > 0;
            any |= known[i];
        }
        if (!any) {
            return;
        }
        events = new EventFds("events of " + device, INDEXES.length);
        for (int i = 0; i < INDEXES.length; i++) {
            events.route(i, new Line(LINES[i]));
            if (known[i]) {
                try {
                    irqs.connect(INDEXES[i], 0, events.fd(i));
                } catch (VfioUserException e) {
                    LOG.debug("{}: {}", device, e.getMessage());
                }
            }
        }
    }

    /** Listens no more. Idempotent. */
    @Override
    public void close() {
        if (events != null) {
            events.close();
            events = null;
        }
    }

    /** What comes of an event: a line. */
    private final class Line implements WaitEvent {
        private final String line;

        Line(String line) {
            this.line = line;
        }

        @Override
        public void signal() {
            LOG.warn("{}: {}", device, line);
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new UnsupportedOperationException("nobody waits for this event");
        }

        @Override
        public boolean poll() {
            throw new UnsupportedOperationException("nobody waits for this event");
        }
    }
}
