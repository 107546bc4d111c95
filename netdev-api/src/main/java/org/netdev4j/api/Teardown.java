package org.netdev4j.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frees things one after another; what one step throws is logged and does not keep the next from running. */
final class Teardown {
    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);

    private final String device;

    Teardown(String device) {
        this.device = device;
    }

    void step(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("{}: closing the {} failed: {}", device, what, e.getMessage(), e);
        }
    }
}
