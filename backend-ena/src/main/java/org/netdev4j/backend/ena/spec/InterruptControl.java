package org.netdev4j.backend.ena.spec;

/**
 * The interrupt control register of a pair of completion queues, at the offset that the reply to CREATE_CQ names [AMZN
 * ena_eth_io_defs.h, struct ena_eth_io_intr_reg].
 *
 * <pre>
 *  31 30 29                15 14                 0
 * |NM|UM| tx_intr_delay      | rx_intr_delay     |
 * </pre>
 *
 * <p>Delays are in units of {@link IntrModeration#resolutionMicros()}.
 */
public final class InterruptControl {
    /** The interrupt is armed. */
    public static final int UNMASK = 1 << 30;
    /** The delays of this write are to be ignored. */
    public static final int NO_MODERATION_UPDATE = 1 << 31;
    /** The greatest delay, in units. */
    public static final int MAX_DELAY = (1 << 15) - 1;

    private InterruptControl() {
    }

    /** A value to write. */
    public static int of(int rxDelay, int txDelay, int flags) {
        return rxDelay | txDelay << 15 | flags;
    }

    /** Delay of receive interrupts, in units. */
    public static int rxDelay(int value) {
        return value & MAX_DELAY;
    }

    /** Delay of transmit interrupts, in units. */
    public static int txDelay(int value) {
        return value >>> 15 & MAX_DELAY;
    }
}
