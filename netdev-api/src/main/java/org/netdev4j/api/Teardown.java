package org.netdev4j.api;

import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frees things one after another; what one step throws does not keep the next from running. */
final class Teardown {
    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);

    private final String device;
    private Throwable untold;

    Teardown(String device) {
        this.device = device;
    }

    /** Runs a step; what it throws is logged. */
    void step(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("{}: closing the {} failed: {}", device, what, e.getMessage(), e);
        } catch (Error e) {
            LOG.error("{}: closing the {} failed", device, what, e);
            keep(e);
        }
    }

    /**
     * As {@link #step}, for a step whose refusal by the system means that something of the user's is lost: {@link
     * #finish} throws it.
     */
    void stepThatMayLose(String what, Runnable action) {
        step(what, () -> {
            try {
                action.run();
            } catch (PlatformException e) {
                keep(e);
            }
        });
    }

    private void keep(Throwable thrown) {
        if (untold == null) {
            untold = thrown;
        }
    }

    /** Throws what must not go unheard. */
    void finish() {
        if (untold instanceof Error error) {
            throw error;
        }
        if (untold instanceof PlatformException lost) {
            throw lost;
        }
    }
}
