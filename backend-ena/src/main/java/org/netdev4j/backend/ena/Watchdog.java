package org.netdev4j.backend.ena;

import java.util.List;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.spi.DeviceContext;

/**
 * Looks once a second whether the device still works, and asks for a reset if not [AMZN ena_netdev.c,
 * ena_timer_service]. It issues no command and reads no register: it must not wait for a device that may be dead.
 *
 * <p>{@link #tick()} runs on a timer; the rest is called from anywhere.
 */
final class Watchdog {
    static final long PERIOD_NANOS = 1_000_000_000L;

    private static final long MILLI = 1_000_000L;
    private static final long STANDARD_KEEP_ALIVE_NANOS = 6_000 * MILLI;
    private static final long STANDARD_MISSING_TX_NANOS = 5_000 * MILLI;
    private static final int STANDARD_MISSING_TX_PACKETS = 128;
    // A device that announced its suspension is waited for so long.
    private static final long LONGEST_SUSPENSION_NANOS = 60_000 * MILLI;
    private static final long NEVER = 0;

    private final Clock clock;
    private final EnaOptions options;
    private final EnaRegisters registers;
    private final AdminQueue admin;
    private final Aenq aenq;
    private final ResetTrigger trigger;
    // Against the control path taking queues away during a look at them.
    private final Mutex looking;
    private List<QueueWatch> queues = List.of();

    private volatile boolean running;
    private volatile long lastKeepAlive;
    private volatile long suspendedAt = NEVER;
    private volatile boolean keepAliveExpected;
    private volatile long keepAliveNanos = STANDARD_KEEP_ALIVE_NANOS;
    private volatile long missingTxNanos = STANDARD_MISSING_TX_NANOS;
    private volatile int missingTxPackets = STANDARD_MISSING_TX_PACKETS;

    Watchdog(DeviceContext context, EnaOptions options, EnaRegisters registers, AdminQueue admin, Aenq aenq,
        ResetTrigger trigger) {
        this.clock = context.platform().clock();
        this.options = options;
        this.registers = registers;
        this.admin = admin;
        this.aenq = aenq;
        this.trigger = trigger;
        looking = context.platform().newMutex(context.device() + " watchdog");
        options.missingTxNanos().ifPresent(nanos -> missingTxNanos = nanos);
    }

    /**
     * Begins to watch a device that has just come up: its next keep-alive has all the time there is.
     *
     * @param groups events that the device reports
     */
    void start(int groups) {
        keepAliveExpected = (groups & AenqGroup.KEEP_ALIVE.bit()) != 0;
        lastKeepAlive = clock.nanoTime();
        suspendedAt = NEVER;
        running = true;
    }

    /** Watches no more: the device is being reset or closed. */
    void stop() {
        running = false;
    }

    /** Takes what the device wishes; 0 leaves what is, all ones switch a watch off [AMZN ena_netdev.c, ena_update_hints]. */
    void hints(HwHints hints) {
        if (hints.driverWatchdogTimeout() != 0) {
            keepAliveNanos = limit(hints.driverWatchdogTimeout());
        }
        if (hints.missingTxCompletionTimeout() != 0 && options.missingTxNanos().isEmpty()) {
            missingTxNanos = limit(hints.missingTxCompletionTimeout());
        }
        if (hints.missedTxCompletionCountThresholdToReset() != 0) {
            missingTxPackets = hints.missedTxCompletionCountThresholdToReset();
        }
    }

    private static long limit(int millis) {
        return millis == HwHints.DISABLED ? NEVER : millis * MILLI;
    }

    /** The device gave a sign of life. */
    void keepAlive() {
        lastKeepAlive = clock.nanoTime();
    }

    /** The device says that it will be silent for a while. */
    void suspended() {
        long now = clock.nanoTime();
        suspendedAt = now == NEVER ? 1 : now;
    }

    /** The device is back. */
    void resumed() {
        suspendedAt = NEVER;
        keepAlive();
    }

    /** Queues to look at; none once they are being stopped. When this returns nobody looks at those of before. */
    void watch(List<QueueWatch> running) {
        looking.lock();
        queues = List.copyOf(running);
        looking.unlock();
    }

    /** One look at everything. */
    void tick() {
        if (!running || trigger.isLost()) {
            return;
        }
        if (registers.gone()) {
            trigger.lost();
            return;
        }
        // Once a reset is due nothing more is to be found out.
        if (trigger.pending()) {
            return;
        }
        long now = clock.nanoTime();
        checkKeepAlive(now);
        if (!admin.running()) {
            trigger.raise(ResetReason.ADMIN_TO, admin.closedWhy());
        }
        lookAtQueues(now);
    }

    private void checkKeepAlive(long now) {
        if (!keepAliveExpected || keepAliveNanos == NEVER || isSuspended(now) || now - lastKeepAlive <= keepAliveNanos) {
            return;
        }
        String silence = (now - lastKeepAlive) / MILLI + " ms";
        if (aenq.hasKeepAlive()) {
            trigger.raise(ResetReason.MISSING_ADMIN_INTERRUPT,
                "a keep-alive waits in the event queue, but no interrupt came for " + silence);
        } else {
            trigger.raise(ResetReason.KEEP_ALIVE_TO,
                "no keep-alive for " + silence + "; " + keepAliveNanos / MILLI + " ms are allowed");
        }
    }

    private boolean isSuspended(long now) {
        return suspendedAt != NEVER && now - suspendedAt < LONGEST_SUSPENSION_NANOS;
    }

    private void lookAtQueues(long now) {
        // A control call in progress on this very thread, which virtual time makes possible, has the queues in hand.
        if (looking.isHeldByCurrentThread()) {
            return;
        }
        looking.lock();
        try {
            for (QueueWatch queue : queues) {
                queue.look(now, missingTxNanos, missingTxPackets, trigger);
            }
        } finally {
            looking.unlock();
        }
    }
}
