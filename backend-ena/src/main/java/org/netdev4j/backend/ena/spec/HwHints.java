package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Times and thresholds that the device wants the driver to use; 0 leaves a value to the driver, {@link #DISABLED} turns
 * its watch off [AMZN ena_admin_defs.h, struct ena_admin_ena_hw_hints; ena_com.h].
 *
 * @param mmioReadTimeout for reads of registers, in milliseconds
 * @param driverWatchdogTimeout without keep-alive, in milliseconds
 * @param missingTxCompletionTimeout for a transmit completion, in milliseconds
 * @param missedTxCompletionCountThresholdToReset late packets of a queue that are borne
 * @param adminCompletionTxTimeout for an admin command, in milliseconds
 * @param netdevWdTimeout of the system's own watchdog, in milliseconds
 * @param maxTxSglSize buffers of a packet to send
 * @param maxRxSglSize buffers of a received packet
 */
public record HwHints(int mmioReadTimeout, int driverWatchdogTimeout, int missingTxCompletionTimeout,
                      int missedTxCompletionCountThresholdToReset, int adminCompletionTxTimeout, int netdevWdTimeout,
                      int maxTxSglSize, int maxRxSglSize) {
    /** Size. */
    public static final int BYTES = 32;
    /** A time: do not watch. */
    public static final int DISABLED = 0xffff;

    /** Reads it. */
    public static HwHints read(Memory memory, long at) {
        return new HwHints(memory.getUnsignedShort(at), memory.getUnsignedShort(at + 2),
            memory.getUnsignedShort(at + 4), memory.getUnsignedShort(at + 6), memory.getUnsignedShort(at + 8),
            memory.getUnsignedShort(at + 10), memory.getUnsignedShort(at + 12), memory.getUnsignedShort(at + 14));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putShort(at, (short) mmioReadTimeout);
        memory.putShort(at + 2, (short) driverWatchdogTimeout);
        memory.putShort(at + 4, (short) missingTxCompletionTimeout);
        memory.putShort(at + 6, (short) missedTxCompletionCountThresholdToReset);
        memory.putShort(at + 8, (short) adminCompletionTxTimeout);
        memory.putShort(at + 10, (short) netdevWdTimeout);
        memory.putShort(at + 12, (short) maxTxSglSize);
        memory.putShort(at + 14, (short) maxRxSglSize);
    }

    /** No hints. */
    public static HwHints none() {
        return new HwHints(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
