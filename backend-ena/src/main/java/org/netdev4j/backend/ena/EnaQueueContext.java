package org.netdev4j.backend.ena;

import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;

/**
 * What queues know of their device. One for each device, from open to close.
 *
 * <p>Threads: {@link #terms} is written by the control path while no queue moves anything; {@link #settings} by the
 * control path at any time; {@link #tick} by the watchdog. The rest may be read by any thread.
 */
final class EnaQueueContext {
    private final Platform platform;
    private final DmaAllocator dma;
    private final Trouble trouble;
    private final EnaRxStats[] rxStats;
    private final EnaTxStats[] txStats;
    private volatile QueueTerms terms;
    private volatile QueueSettings settings;
    // Plain: a burst that sees it a moment late stamps its packets a tick too early.
    private long stamp = 1;

    /** A context without terms and settings yet. */
    EnaQueueContext(Platform platform, DmaAllocator dma, Trouble trouble, int maxRxQueues, int maxTxQueues) {
        this.platform = platform;
        this.dma = dma;
        this.trouble = trouble;
        rxStats = new EnaRxStats[maxRxQueues];
        txStats = new EnaTxStats[maxTxQueues];
        for (int i = 0; i < maxRxQueues; i++) {
            rxStats[i] = new EnaRxStats();
        }
        for (int i = 0; i < maxTxQueues; i++) {
            txStats[i] = new EnaTxStats();
        }
    }

    Platform platform() {
        return platform;
    }

    DmaAllocator dma() {
        return dma;
    }

    Trouble trouble() {
        return trouble;
    }

    /** Statistics of a receive queue. */
    EnaRxStats rxStats(int index) {
        return rxStats[index];
    }

    /** Statistics of a transmit queue. */
    EnaTxStats txStats(int index) {
        return txStats[index];
    }

    /** What was agreed with the device. */
    QueueTerms terms() {
        return terms;
    }

    /** Sets what was agreed with the device; counts from the next {@code prepare()} of a queue. */
    void terms(QueueTerms agreed) {
        terms = agreed;
    }

    /** Settings in force. */
    QueueSettings settings() {
        return settings;
    }

    /** Sets the settings in force; bursts that begin afterwards follow them. */
    void settings(QueueSettings now) {
        settings = now;
    }

    /**
     * Time by the watchdog's clock, so that a burst need not ask the real one: packets sent until the next tick are
     * stamped as sent at the latest moment that this can be. Never 0, which means "not under way".
     *
     * @param nowNanos    by the platform's clock
     * @param periodNanos until the next tick
     */
    void tick(long nowNanos, long periodNanos) {
        long next = nowNanos + periodNanos;
        stamp = next == 0 ? 1 : next;
    }

    /** What {@link #tick} said. */
    long stamp() {
        return stamp;
    }
}
