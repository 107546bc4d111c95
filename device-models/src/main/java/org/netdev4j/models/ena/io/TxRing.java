package org.netdev4j.models.ena.io;

import org.netdev4j.platform.memory.Memory;

/**
 * Where a transmit queue's descriptors come from, one after another. For the device's thread, but for {@link #announce}.
 */
abstract class TxRing {
    /** {@link #next}: there is a descriptor in {@link #words01} and {@link #words23}. */
    static final int READY = 0;
    /** {@link #next}: no more are announced. */
    static final int EMPTY = 1;
    /** {@link #next}: descriptors were dropped; a packet that was begun is lost. */
    static final int LOST = 2;
    /** {@link #next}: there is none, for the reason that {@link #failure()} says. */
    static final int FAILED = 3;

    long words01;
    long words23;
    private String failure;

    /** The tail moves. The driver's thread, before the tail is published. */
    void announce(int from, int to) {
        // A ring in host memory has nothing to check.
    }

    /** Goes to the next descriptor. */
    abstract int next(SubmissionQueue queue);

    /** The packet is complete: what follows belongs to the next one. */
    abstract void packetEnd();

    /** Entries consumed, as a free-running counter. */
    abstract int head();

    /** Copies the pushed header of the packet at hand. */
    abstract void header(Memory into, int length);

    /** Of which form it is, as a number below a thousand, for {@link IoForms}. */
    abstract int form();

    /** The same for people. */
    abstract String formText();

    /** Longest header that can be pushed; 0 if headers are in host memory. */
    abstract int mostHeader();

    final int fail(String why) {
        failure = why;
        return FAILED;
    }

    final String failure() {
        return failure;
    }
}
