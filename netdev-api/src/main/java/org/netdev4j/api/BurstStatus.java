package org.netdev4j.api;

/**
 * What {@link RxQueue#receive} and {@link TxQueue#transmit} return: a count and two flags in one int, uknetdev's
 * status [unikraft lib/uknetdev/include/uk/netdev_core.h, eaf6fda1] widened from one packet to a burst.
 *
 * <p>The count is in the low 16 bits, so {@code if (status != 0)} means that something is to be looked at and {@link #count}
 * is a mask.
 */
public final class BurstStatus {
    /** Most packets one call can move. */
    public static final int MAX_COUNT = 0xffff;

    /**
     * There is more: on receive, packets may be waiting (call again before waiting for an interrupt); on transmit,
     * there is room for at least one more packet.
     */
    public static final int MORE = 1 << 16;

    /**
     * On receive: the pool could not give enough buffers to refill the ring, which may run dry; free buffers. On
     * transmit: the ring was full, some packets were not taken.
     */
    public static final int UNDERRUN = 1 << 17;

    private BurstStatus() {
    }

    /** Packets moved. */
    public static int count(int status) {
        return status & MAX_COUNT;
    }

    /** True if {@link #MORE} is set. */
    public static boolean more(int status) {
        return (status & MORE) != 0;
    }

    /** True if {@link #UNDERRUN} is set. */
    public static boolean underrun(int status) {
        return (status & UNDERRUN) != 0;
    }

    /** For people: {@code 32 MORE}. */
    public static String toString(int status) {
        return count(status) + (more(status) ? " MORE" : "") + (underrun(status) ? " UNDERRUN" : "");
    }
}
