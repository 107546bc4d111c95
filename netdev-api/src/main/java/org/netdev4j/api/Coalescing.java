package org.netdev4j.api;

/**
 * Interrupt coalescing, in the terms of {@code ethtool -c}.
 *
 * @param rxUsecs  microseconds from a received packet to the interrupt; 0 for at once
 * @param rxFrames packets after which the interrupt comes earlier; 0 for no such limit
 * @param txUsecs  microseconds from a completion to the interrupt; 0 for at once
 * @param txFrames completions after which the interrupt comes earlier; 0 for no such limit
 * @param adaptive true if the driver chooses {@code rxUsecs} by the traffic
 */
public record Coalescing(int rxUsecs, int rxFrames, int txUsecs, int txFrames, boolean adaptive) {
    /** Every event interrupts at once. */
    public static final Coalescing NONE = new Coalescing(0, 0, 0, 0, false);

    public Coalescing {
        if (rxUsecs < 0 || rxFrames < 0 || txUsecs < 0 || txFrames < 0) {
            throw new IllegalArgumentException("coalescing values are zero or more: rx-usecs=" + rxUsecs + " rx-frames="
                + rxFrames + " tx-usecs=" + txUsecs + " tx-frames=" + txFrames);
        }
    }
}
