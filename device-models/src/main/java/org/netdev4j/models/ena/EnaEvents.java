package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.models.ena.io.IoCounters;
import org.netdev4j.platform.memory.Memory;

/**
 * What the device says of its own accord: the link, keep-alive, and what the fault plan makes it say. For the
 * device's thread.
 *
 * <p>The state of the link is told when the driver first gives entries for events, and when it changes: the drivers
 * take the link for down until they are told [AMZN ena_netdev.c, ena_update_on_link_change].
 */
final class EnaEvents {
    private static final long TICK_NANOS = 100_000_000;
    private static final int PAYLOAD_WORDS = (AenqEntry.BYTES - AenqEntry.PAYLOAD) / Long.BYTES;

    private final DeviceHost host;
    private final EnaConfig config;
    private final Registers registers;
    private final Aenq aenq;
    private final EnaIo io;
    private boolean told;
    private boolean linkUp;
    private boolean fatal;
    private long downUntil;
    private boolean flapping;
    private long nextTick = DeviceModel.NEVER;
    private long nextKeepAlive = DeviceModel.NEVER;

    EnaEvents(DeviceHost host, EnaConfig config, Registers registers, Aenq aenq, EnaIo io) {
        this.host = host;
        this.config = config;
        this.registers = registers;
        this.aenq = aenq;
        this.io = io;
    }

    void reset() {
        told = false;
        fatal = false;
        flapping = false;
        nextTick = DeviceModel.NEVER;
        nextKeepAlive = DeviceModel.NEVER;
    }

    /** True after a fatal error: nothing moves until the device is reset. */
    boolean fatal() {
        return fatal;
    }

    /** Stops the device with a fatal error. */
    void fail(int syndrome) {
        registers.raiseStatus(DevSts.FATAL_ERROR);
        aenq.post(AenqGroup.FATAL_ERROR, syndrome);
        aenq.step();
        fatal = true;
    }

    boolean step() {
        boolean worked = false;
        if (registers.takeEventDoorbell() && aenq.doorbell()) {
            worked = true;
            long now = host.clock().nanoTime();
            nextTick = now + TICK_NANOS;
            nextKeepAlive = config.is(EnaKey.KEEP_ALIVE) ? now + config.get(EnaKey.KEEP_ALIVE) : DeviceModel.NEVER;
        }
        if (!aenq.open()) {
            return worked;
        }
        worked |= link();
        if (DeviceModel.due(host.clock(), nextTick)) {
            nextTick = next(nextTick, TICK_NANOS);
            worked = true;
            tick();
        }
        if (DeviceModel.due(host.clock(), nextKeepAlive)) {
            nextKeepAlive = next(nextKeepAlive, config.get(EnaKey.KEEP_ALIVE));
            worked = true;
            keepAlive();
        }
        return aenq.step() | worked;
    }

    // What a device that was held up has missed is not made up for.
    private long next(long due, long period) {
        long now = host.clock().nanoTime();
        return due + period - now > 0 ? due + period : now + period;
    }

    private boolean link() {
        if (flapping && host.clock().nanoTime() - downUntil >= 0) {
            flapping = false;
        }
        boolean up = host.wire().linkUp() && !flapping;
        if (told && up == linkUp || !aenq.enabled(AenqGroup.LINK_CHANGE)) {
            return false;
        }
        told = true;
        linkUp = up;
        aenq.post(AenqGroup.LINK_CHANGE, 0, up ? AenqEntry.LINK_UP : 0);
        return true;
    }

    private void keepAlive() {
        if (!host.faults().happens(EnaFaults.KEEP_ALIVE_SILENT, -1)) {
            IoCounters counters = io.counters();
            aenq.post(AenqGroup.KEEP_ALIVE, 0, counters.rxDrops, counters.txDrops, counters.rxOverruns);
        }
    }

    private void tick() {
        if (asked(EnaFaults.LINK_FLAP)) {
            flapping = true;
            downUntil = host.clock().nanoTime() + host.faults().value();
            link();
        }
        if (asked(EnaFaults.WARNING)) {
            aenq.post(AenqGroup.WARNING, (int) host.faults().value());
        }
        if (asked(EnaFaults.UPDATE_HINTS)) {
            sendHints(DeviceFeatures.hints(config));
        }
        if (asked(EnaFaults.NOTIFICATION)) {
            aenq.post(AenqGroup.NOTIFICATION, (int) host.faults().value());
        }
        if (asked(EnaFaults.CONF_NOTIFICATION)) {
            aenq.post(AenqGroup.CONF_NOTIFICATIONS, 0, host.faults().value());
        }
        if (asked(EnaFaults.REFRESH_CAPABILITIES)) {
            aenq.post(AenqGroup.REFRESH_CAPABILITIES, 0);
        }
        if (asked(EnaFaults.REQUEST_RESET)) {
            aenq.post(AenqGroup.DEVICE_REQUEST_RESET, 0);
        }
        if (asked(EnaFaults.FATAL_ERROR)) {
            fail(0);
        }
    }

    private boolean asked(String fault) {
        return host.faults().happens(fault, -1);
    }

    /** Sends hints, which are then to be used. */
    void sendHints(HwHints hints) {
        try (Memory words = Memory.allocate("ENA model: hints", PAYLOAD_WORDS * (long) Long.BYTES)) {
            hints.write(words, 0);
            long[] payload = new long[HwHints.BYTES / Long.BYTES];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = words.getLong(i * (long) Long.BYTES);
            }
            aenq.post(AenqGroup.NOTIFICATION, AenqEntry.UPDATE_HINTS, payload);
        }
    }

    long nextDueNanos() {
        long next = Math.min(nextTick, nextKeepAlive);
        return flapping ? Math.min(next, downUntil) : next;
    }
}
