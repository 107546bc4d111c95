package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.platform.mmio.Mmio;

/**
 * What driver and device have agreed on that queues must know. Constant from a queue's {@code prepare()} to its {@code
 * drain()}; may differ after a reset.
 *
 * @param registers         BAR0
 * @param llqMemory         BAR2; there is one if {@code llq} is
 * @param llq               layout of low-latency queues; empty for descriptors in host memory
 * @param maxTxBuffers      most data descriptors of a packet: the device's limit of descriptors, less one for a meta
 *                          descriptor
 * @param maxRxBuffers      most completions of a received packet
 * @param checksMustBeZero  the device keeps reserved bits of completions zero (capability CDESC_MBZ), so that they are
 *                          looked at
 * @param rxTimestamps      receive completions are extended and bear a time
 * @param txTimestamps      transmit completions are extended and bear a time
 * @param fullChecksumIpv4  the device sums the pseudo header of IPv4 itself; else it wants the sum in the checksum field
 * @param fullChecksumIpv6  the same for IPv6
 * @param addressBits       width of the device's addresses
 * @param moderationMicros  microseconds of one unit of interrupt delay, at least 1; 0 if the device has no moderation
 */
record QueueTerms(Mmio registers, Optional<Mmio> llqMemory, Optional<LlqPlan> llq, int maxTxBuffers, int maxRxBuffers,
                  boolean checksMustBeZero, boolean rxTimestamps, boolean txTimestamps, boolean fullChecksumIpv4,
                  boolean fullChecksumIpv6, int addressBits, int moderationMicros) {
    QueueTerms {
        if (llq.isPresent() && llqMemory.isEmpty()) {
            throw new IllegalArgumentException("low-latency queues need the device's memory BAR");
        }
        if (maxTxBuffers < 1 || maxTxBuffers >= TxLedger.MAX_ENTRIES || maxRxBuffers < 1 || addressBits < Integer.SIZE
            || addressBits > 48) {
            throw new IllegalArgumentException("terms of queues out of range: " + maxTxBuffers + " transmit buffers, "
                + maxRxBuffers + " receive buffers, addresses of " + addressBits + " bits");
        }
    }
}
