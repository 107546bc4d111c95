package org.netdev4j.backend.ena;

/**
 * What a receive queue counts besides {@link org.netdev4j.api.QueueCounters}. Belongs to the device: outlives queues
 * and resets. Written by the queue's thread, but where said; read racily by others.
 */
final class EnaRxStats {
    /** TCP and UDP checksums that the device found good. */
    long checksumGood;
    /** Checksums that the device found bad, of either layer. */
    long checksumBad;
    /** TCP and UDP packets whose checksum the device did not look at. */
    long checksumUnchecked;
    /** Refills that the pool could not meet in full. */
    long partialRefills;
    /** Completions with an id that is out of range or of no posted buffer. */
    long badRequestId;
    /** Packets of more buffers than agreed. */
    long badDescriptorCount;
    /** Completions that make no sense: order of first and last, reserved bits, lengths. */
    long malformed;
    /** Buffers that came back empty and were posted again. */
    long recycled;
    /** Interrupts unmasked. */
    long unmasked;
    /** Times the watchdog found the ring empty. Written by the watchdog. */
    long emptyRing;
}
