package org.netdev4j.api;

/**
 * Counters of one queue, written by the queue's thread as plain fields and read by others without synchronisation: a
 * reader may see a value that is some packets old, never a torn one on 64-bit JVMs. They belong to the device, not to
 * the queue object: they survive stop, start, reset and reconfiguration.
 */
public final class QueueCounters {
    /** Packets handed to the application, or sent as completions say. */
    public long packets;
    /** Bytes of those. */
    public long bytes;
    /** Packets thrown away because they were damaged, illegal or not sendable. */
    public long errors;
    /** Frames lost because this queue had no buffer posted or no room. */
    public long missed;
    /** Times the pool could not give a buffer. */
    public long noBuffer;
    /** Writes to the doorbell. */
    public long doorbells;
    /** Interrupts taken. */
    public long interrupts;
    /** Transmit: calls that could not take all packets because the ring was full. */
    public long full;

    /** All zero. */
    public QueueCounters() {
        // nothing to set; written out because this class is part of the API
    }
}
