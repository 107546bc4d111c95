package org.netdev4j.backend.ena;

/** What the watchdog does with one queue. */
@FunctionalInterface
interface QueueWatch {
    /**
     * Looks at it; once a second, on the watchdog's thread.
     *
     * @param missingTxNanos   how long a transmit completion may take; 0 for ever
     * @param missingTxPackets late packets that are borne
     */
    void look(long nowNanos, long missingTxNanos, int missingTxPackets, Trouble trouble);
}
