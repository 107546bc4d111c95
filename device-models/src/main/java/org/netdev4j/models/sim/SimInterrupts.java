package org.netdev4j.models.sim;

import java.util.Arrays;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.VectorChecks;

/** The system's side of a simulated function's MSI-X: programs the table and leads its messages to events. */
final class SimInterrupts implements Interrupts {
    private final String device;
    private final SimFunction function;
    private final MsixTable table;
    private final int most;
    // Guarded by the table's lock.
    private final WaitEvent[] events;
    private int enabled;

    SimInterrupts(String device, SimFunction function, MsixTable table, int most) {
        this.device = device;
        this.function = function;
        this.table = table;
        this.most = most;
        this.events = new WaitEvent[table.vectors()];
        table.sink(this::deliver);
    }

    private boolean deliver(int vector) {
        WaitEvent event = events[vector];
        if (event == null) {
            return false;
        }
        event.signal();
        return true;
    }

    @Override
    public int available() {
        return table.vectors();
    }

    @Override
    public int enable(int count) {
        VectorChecks.requireCount(device, count, table.vectors(), enabled);
        if (most < 1) {
            throw new PlatformException(device + ": no interrupt vector can be had (vectors=0 in its address); use polling");
        }
        int granted = Math.min(count, most);
        table.grant(granted);
        function.enableMsix(true);
        for (int vector = 0; vector < granted; vector++) {
            table.mask(vector, false);
        }
        enabled = granted;
        function.note("MSI-X enabled: " + granted + " of " + count + " vectors");
        return granted;
    }

    @Override
    public int enabled() {
        return enabled;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        VectorChecks.requireEnabled(device, vector, enabled);
        table.locked(() -> events[vector] = event);
        table.retry();
    }

    @Override
    public void mask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        table.mask(vector, true);
    }

    @Override
    public void unmask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        table.mask(vector, false);
    }

    @Override
    public void disable() {
        if (enabled > 0) {
            function.enableMsix(false);
            table.reset();
            function.note("MSI-X disabled");
        }
        forget();
    }

    /** The function was reset: nothing is enabled any more. */
    void forget() {
        enabled = 0;
        table.locked(() -> Arrays.fill(events, null));
    }
}
