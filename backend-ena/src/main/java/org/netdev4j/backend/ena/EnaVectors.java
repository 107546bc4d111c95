package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.EnaOptions.AdminMode;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.spi.DeviceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interrupt vectors that the system gives: the first for management, the others for queues. For the control path. */
final class EnaVectors {
    private static final Logger LOG = LoggerFactory.getLogger(EnaVectors.class);

    private final Interrupts interrupts;
    private final DeviceContext context;
    private final EnaOptions options;
    private int count;

    EnaVectors(Interrupts interrupts, DeviceContext context, EnaOptions options) {
        this.interrupts = interrupts;
        this.context = context;
        this.options = options;
    }

    /** Vectors in use; 0 if everything is polled. */
    int count() {
        return count;
    }

    /**
     * Enables them, unless they are: they stay over resets, since their number is a promise to queues [AMZN
     * RELEASENOTES of FreeBSD's driver, 2.2.0].
     *
     * @param management what the first ends in
     * @throws EnaFault if the user insists on interrupts, and there are none
     */
    void enable(WaitEvent management) {
        if (count == 0 && options.admin() != AdminMode.POLLING && interrupts.available() > 0) {
            count = granted();
            if (count > 0) {
                interrupts.route(EnaPci.VECTOR_MANAGEMENT, management);
            }
        }
        if (count == 0 && options.admin() == AdminMode.INTERRUPTS) {
            throw new EnaFault("admin_mode=interrupts cannot be had: the function has no MSI-X vectors;"
                + " use admin_mode=auto or admin_mode=polling");
        }
    }

    /** Vectors that the system gives; none, where they are not insisted on, if it refuses them. */
    private int granted() {
        try {
            return interrupts.enable(Math.min(interrupts.available(), EnaPci.VECTOR_FIRST_IO + options.maxQueues()));
        } catch (PlatformException e) {
            if (options.admin() == AdminMode.INTERRUPTS) {
                throw e;
            }
            LOG.info("{}: everything is polled: {}", context.device(), e.getMessage());
            return 0;
        }
    }

    /** Lets a queue's vector signal it. */
    void route(int queue, WaitEvent event) {
        interrupts.route(EnaPci.VECTOR_FIRST_IO + queue, event);
    }

    /** Gives them back. When the call returns none will signal again. Never throws. */
    void disable() {
        try {
            if (count > 0) {
                interrupts.disable();
            }
        } catch (PlatformException e) {
            LOG.warn("{}: interrupts could not be disabled: {}", context.device(), e.getMessage());
        }
        count = 0;
    }
}
