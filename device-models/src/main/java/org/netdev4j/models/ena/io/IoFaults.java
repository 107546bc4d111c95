package org.netdev4j.models.ena.io;

import java.util.List;
import org.netdev4j.models.device.FaultSpec;

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

    private static final String QUEUE = "submission queue";
    private static final String NANOS = "nanoseconds";
    private static final long LATE_NANOS = 10_000_000;

    private IoFaults() {
    }

    /** All of them, for a plan. */
    public static List<FaultSpec> specs() {
        return List.of(
            spec(COMPLETION_DROPPED, "a completion is not written"),
            spec(COMPLETION_LATE, "a completion is written later").value(NANOS, LATE_NANOS),
            spec(COMPLETION_REPEATED, "a completion is written twice"),
            spec(COMPLETION_REORDERED, "a completion is written after the next one"),
            spec(COMPLETION_BAD_ID, "a completion has an id beyond the ring").value("ids beyond", 0),
            spec(COMPLETION_UNARMED_ID, "a completion has an id that the device does not have"),
            spec(COMPLETION_BAD_PHASE, "a completion has the phase bit of the lap before"),
            spec(COMPLETION_MBZ, "a completion has bits set that must be zero"),
            spec(RX_NO_FIRST, "a received packet has no first descriptor"),
            spec(RX_DOUBLE_FIRST, "each descriptor of a received packet is a first one"),
            spec(RX_NO_LAST, "a received packet has no last descriptor"),
            spec(RX_TOO_MANY, "a received packet has more descriptors than agreed").value("descriptors; 0 for one more", 0),
            spec(RX_BAD_LENGTH, "a received packet's first length is wrong").value("length; 0 for all ones", 0),
            spec(RX_ZERO_LENGTH, "a received packet's lengths are zero"),
            spec(RX_BAD_OFFSET, "a received packet's offset is wrong").value("offset; 0 for all ones", 0),
            FaultSpec.of(INTERRUPT_SPURIOUS, "an interrupt comes without a cause").at("vector"),
            spec(TX_STUCK, "a transmit queue does nothing").value("nanoseconds; 0 for ever", 0),
            spec(RX_STUCK, "a receive queue takes no frame").value("nanoseconds; 0 for ever", 0));
    }

    private static FaultSpec spec(String name, String description) {
        return FaultSpec.of(name, description).at(QUEUE);
    }
}
