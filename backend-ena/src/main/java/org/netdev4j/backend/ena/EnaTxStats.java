package org.netdev4j.backend.ena;

/**
 * What a transmit queue counts besides {@link org.netdev4j.api.QueueCounters}. Belongs to the device: outlives queues
 * and resets. Written by the queue's thread, but where said; read racily by others.
 */
final class EnaTxStats {
    /** Packets given to the device. */
    long submitted;
    /** Bytes of those. */
    long submittedBytes;
    /** Packets refused: no bytes, or too few for an Ethernet header. */
    long tooShort;
    /** Packets refused: longer than the MTU, or than TSO can cut. */
    long tooLong;
    /** Packets refused: more buffers than the device takes, or than the ring or a burst has room for. */
    long tooManyBuffers;
    /** Packets refused: an offload that is off, or that the device lacks. */
    long offloadOff;
    /** Packets refused: header lengths, flags or segment size that have no sense in the packet. */
    long badRequest;
    /** Packets refused: a buffer beyond the reach of the device. */
    long badAddress;
    /** Completions with an id that is out of range or of no packet under way. */
    long badRequestId;
    /** Completions with reserved bits set. */
    long malformed;
    /** Headers that lay in several buffers and were gathered for the device's memory. */
    long gatheredHeaders;
    /** Doorbells rung inside a burst since the device takes no more entries at once. */
    long burstDoorbells;
    /** Times completions were looked for. */
    long polls;
    /** Packets whose completion is overdue, each counted once. Written by the watchdog. */
    long missed;
    /** Packets given up when the queue was stopped before they were completed. Written by the control path. */
    long abandoned;
}
