package org.netdev4j.backend.ena;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.spi.DeviceContext;

/**
 * Why the device is to be reset: the first cause wins, until the reset is over [AMZN ena_netdev.h, ena_reset_device]. A
 * device that is not there any more is not reset, but given up.
 *
 * <p>Thread-safe.
 */
final class ResetTrigger implements Trouble {
    private final DeviceContext context;
    private final EnaRegisters registers;
    private final EnaCounters counters;
    private final AtomicReference<Cause> cause = new AtomicReference<>();
    // Whether the framework is to be told: not while the device is being opened, reset or closed, where the driver is at it.
    private volatile boolean armed;
    private final AtomicBoolean gone = new AtomicBoolean();
    // What the device itself asked for meanwhile: it does not ask twice.
    private final AtomicReference<Cause> asked = new AtomicReference<>();

    /**
     * What happened.
     *
     * @param evidence one line for people
     */
    record Cause(ResetReason reason, String evidence) {
        @Override
        public String toString() {
            return reason + ": " + evidence;
        }
    }

    ResetTrigger(DeviceContext context, EnaRegisters registers, EnaCounters counters) {
        this.context = context;
        this.registers = registers;
        this.counters = counters;
    }

    @Override
    public void raise(ResetReason reason, String evidence) {
        Cause seen = new Cause(reason, evidence);
        if (!armed) {
            if (reason == ResetReason.DEVICE_REQUEST || reason == ResetReason.GENERIC) {
                asked.compareAndSet(null, seen);
            }
            return;
        }
        if (!cause.compareAndSet(null, seen)) {
            return;
        }
        if (registers.gone()) {
            lost();
            return;
        }
        counters.count(reason);
        counters.add(EnaCounters.Name.TOTAL_RESETS);
        context.requestReset(seen.toString());
    }

    /** The device is gone: nothing will bring it back. Tells once. */
    void lost() {
        if (gone.compareAndSet(false, true)) {
            context.post(new DeviceEvent.DeviceGone());
            context.fail("the device is gone: its configuration space reads as all ones");
        }
    }

    /** True once {@link #lost()} was called. */
    boolean isLost() {
        return gone.get();
    }

    /** Why a reset is due; empty if none is. */
    Optional<Cause> cause() {
        return Optional.ofNullable(cause.get());
    }

    /** True if the device is not to be touched until it has been reset. */
    boolean pending() {
        return cause.get() != null;
    }

    /** The driver itself is at the device: causes found meanwhile are its own to deal with, but for what the device asks. */
    void disarm() {
        armed = false;
        asked.set(null);
    }

    /** The device works: causes from now on are new. */
    void arm() {
        cause.set(null);
        armed = true;
        Cause waiting = asked.getAndSet(null);
        if (waiting != null) {
            raise(waiting.reason(), waiting.evidence());
        }
    }
}
