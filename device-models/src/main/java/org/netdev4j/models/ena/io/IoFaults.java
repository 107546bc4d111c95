package org.netdev4j.models.ena.io;

/**
 * What can go wrong with packets on purpose, by the names that {@link org.netdev4j.models.device.FaultPlan} is asked for.
 * The place is the index of the submission queue, unless said otherwise. Faulting DMA and lost interrupts are the bus's
 * own.
 */
public final class IoFaults {
    /** A completion is not written; its slot is used by the next one. */
    public static final String COMPLETION_DROPPED = "completion-dropped";
    /** A completion is written after {@code value} nanoseconds. */
    public static final String COMPLETION_LATE = "completion-late";
    /** A completion is written twice. */
    public static final String COMPLETION_REPEATED = "completion-repeated";
    /** A completion is written after the next one. */
    public static final String COMPLETION_REORDERED = "completion-reordered";
    /** A completion's id is the queue's depth plus {@code value}. */
    public static final String COMPLETION_BAD_ID = "completion-bad-id";
    /** A completion's id is in range, and of a packet or buffer that the device does not have. */
    public static final String COMPLETION_UNARMED_ID = "completion-unarmed-id";
    /** A completion has the phase of the lap before: nobody sees it. */
    public static final String COMPLETION_BAD_PHASE = "completion-bad-phase";
    /** A completion has bits set that must be zero. */
    public static final String COMPLETION_MBZ = "completion-mbz";
    /** A received packet's first descriptor is not marked. */
    public static final String RX_NO_FIRST = "rx-no-first";
    /** Each descriptor of a received packet is marked as the first. */
    public static final String RX_DOUBLE_FIRST = "rx-double-first";
    /** A received packet's last descriptor is not marked. */
    public static final String RX_NO_LAST = "rx-no-last";
    /** A received packet takes one descriptor more than the device said is the most, or {@code value} in all. */
    public static final String RX_TOO_MANY = "rx-too-many-descriptors";
    /** A received packet's first length is {@code value}, or all ones. */
    public static final String RX_BAD_LENGTH = "rx-bad-length";
    /** A received packet's lengths are zero. */
    public static final String RX_ZERO_LENGTH = "rx-zero-length";
    /** A received packet's offset is {@code value}, or all ones. */
    public static final String RX_BAD_OFFSET = "rx-bad-offset";
    /** An interrupt that nothing caused; the place is the vector. */
    public static final String INTERRUPT_SPURIOUS = "interrupt-spurious";
    /** A transmit queue does nothing for {@code value} nanoseconds, or ever again. */
    public static final String TX_STUCK = "tx-stuck";
    /** A receive queue takes no frame for {@code value} nanoseconds, or ever again. */
    public static final String RX_STUCK = "rx-stuck";

    private IoFaults() {
    }
}
