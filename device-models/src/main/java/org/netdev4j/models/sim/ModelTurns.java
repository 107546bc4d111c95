package org.netdev4j.models.sim;

import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.platform.Clock;

/** The turns of a model: none once it was pulled out, and whatever it throws ends there. For the device's thread. */
final class ModelTurns implements Engine.Turns {
    private final SimFunction function;
    private final DeviceModel model;
    private final FunctionState state;
    private final FaultPlan faults;
    private final Clock clock;
    private final boolean timed;
    // Read by whoever writes the report, when there are no turns any more.
    private volatile long busyNanos;

    /**
     * Turns that have not begun.
     *
     * @param timed whether to measure how long those take in which something is done
     */
    ModelTurns(SimFunction function, boolean timed) {
        this.function = function;
        this.model = function.model();
        this.state = function.state();
        this.faults = function.faults();
        this.clock = function.platform().clock();
        this.timed = timed;
    }

    @Override
    public boolean step() {
        if (faults.happens(BusFaults.SURPRISE_REMOVAL, BusFaults.AT_TURN)) {
            function.remove();
        }
        if (state.isRemoved()) {
            return false;
        }
        try {
            return timed ? timedStep() : model.step();
        } catch (RuntimeException | Error e) {
            function.failed(e);
            return false;
        }
    }

    private boolean timedStep() {
        long began = clock.nanoTime();
        boolean worked = model.step();
        if (worked) {
            busyNanos += clock.nanoTime() - began;
        }
        return worked;
    }

    @Override
    public long nextDueNanos() {
        if (state.isRemoved()) {
            return DeviceModel.NEVER;
        }
        try {
            return model.nextDueNanos();
        } catch (RuntimeException | Error e) {
            function.failed(e);
            return DeviceModel.NEVER;
        }
    }

    /** How long the turns took in which something was done; 0 if not measured, or on a virtual clock. */
    long busyNanos() {
        return busyNanos;
    }
}
