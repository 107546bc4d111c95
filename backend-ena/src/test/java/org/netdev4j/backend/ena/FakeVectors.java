package org.netdev4j.backend.ena;

import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;

/** Interrupt vectors of which a test says how many there are. */
final class FakeVectors implements Interrupts {
    int available = 9;
    int granted = Integer.MAX_VALUE;
    final List<Integer> asked = new ArrayList<>();
    private final WaitEvent[] events = new WaitEvent[256];
    private int enabled;

    @Override
    public int available() {
        return available;
    }

    @Override
    public int enable(int count) {
        asked.add(count);
        enabled = Math.min(count, granted);
        return enabled;
    }

    @Override
    public int enabled() {
        return enabled;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        if (vector >= enabled) {
            throw new AssertionError("vector " + vector + " of " + enabled);
        }
        events[vector] = event;
    }

    void fire(int vector) {
        if (vector < enabled && events[vector] != null) {
            events[vector].signal();
        }
    }

    @Override
    public void mask(int vector) {
        throw new AssertionError("the driver masks in the device");
    }

    @Override
    public void unmask(int vector) {
        throw new AssertionError("the driver unmasks in the device");
    }

    @Override
    public void disable() {
        enabled = 0;
        Arrays.fill(events, null);
    }
}
