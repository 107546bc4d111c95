package org.netdev4j.models.sim;

import java.util.Arrays;
import org.netdev4j.models.device.BusCounters;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.platform.Mutex;

/**
 * The MSI-X table and pending bits of a function [PCI 6.8.2], and the delivery of its messages. Any thread.
 *
 * <p>Messages are delivered under a lock: when a vector has been masked or MSI-X disabled, no message of it is on its way.
 */
final class MsixTable {
    /** Bytes of an entry: address, upper address, data, vector control. */
    static final int ENTRY = 16;

    private static final int WORDS = ENTRY / Integer.BYTES;
    private static final int VECTOR_CONTROL = 3;
    private static final int MASKED = 1;

    /** Takes a message. */
    interface Sink {
        /** False if nobody is there to take it yet: the vector stays pending. */
        boolean deliver(int vector);
    }

    private final int vectors;
    private final BusCounters counters;
    private final FaultPlan faults;
    private final Mutex mutex;
    private final int[] words;
    private final long[] pending;
    private Sink sink = vector -> false;
    private boolean enabled;
    private boolean functionMasked;
    private int granted;

    MsixTable(String device, int vectors, BusCounters counters, FaultPlan faults) {
        this.vectors = vectors;
        this.counters = counters;
        this.faults = faults;
        this.mutex = new Mutex("MSI-X of " + device);
        this.words = new int[vectors * WORDS];
        this.pending = new long[(vectors + Long.SIZE - 1) / Long.SIZE];
        this.granted = vectors;
        maskAll();
    }

    int vectors() {
        return vectors;
    }

    /** Bytes of the table. */
    long size() {
        return (long) vectors * ENTRY;
    }

    /** Bytes of the pending bits. */
    long pendingSize() {
        return (long) pending.length * Long.BYTES;
    }

    /** Where messages go. */
    void sink(Sink target) {
        locked(() -> sink = target);
    }

    /** Vectors from this one on count as not enabled: the system granted no more. */
    void grant(int count) {
        locked(() -> granted = count);
    }

    /** Takes what the capability's message control says. */
    void control(boolean on, boolean maskFunction) {
        locked(() -> {
            enabled = on;
            functionMasked = maskFunction;
            deliverPending();
        });
    }

    boolean isEnabled() {
        mutex.lock();
        try {
            return enabled;
        } finally {
            mutex.unlock();
        }
    }

    /** All as after a reset: off, every vector masked, nothing pending. */
    void reset() {
        locked(() -> {
            enabled = false;
            functionMasked = false;
            granted = vectors;
            Arrays.fill(words, 0);
            Arrays.fill(pending, 0);
            maskAll();
        });
    }

    private void maskAll() {
        for (int vector = 0; vector < vectors; vector++) {
            words[vector * WORDS + VECTOR_CONTROL] = MASKED;
        }
    }

    /** The device sends the message of a vector. */
    void interrupt(int vector) {
        mutex.lock();
        try {
            if (!enabled || vector < 0 || vector >= granted) {
                counters.interruptDropped();
                return;
            }
            if (faults.happens(BusFaults.INTERRUPT_LOST, vector)) {
                return;
            }
            send(vector);
            if (faults.happens(BusFaults.INTERRUPT_REPEATED, vector)) {
                send(vector);
            }
        } finally {
            mutex.unlock();
        }
    }

    private void send(int vector) {
        if (functionMasked || isMasked(vector) || !sink.deliver(vector)) {
            pending[vector / Long.SIZE] |= 1L << vector;
        } else {
            counters.interrupt(vector);
        }
    }

    private boolean isMasked(int vector) {
        return (words[vector * WORDS + VECTOR_CONTROL] & MASKED) != 0;
    }

    /** True if a vector fired while it could not be delivered. */
    boolean isPending(int vector) {
        mutex.lock();
        try {
            return (pending[vector / Long.SIZE] & 1L << vector) != 0;
        } finally {
            mutex.unlock();
        }
    }

    /** Masks or unmasks a vector; what is pending is sent when it is unmasked. */
    void mask(int vector, boolean masked) {
        write(vector * (long) ENTRY + VECTOR_CONTROL * Integer.BYTES, Integer.BYTES, masked ? MASKED : 0);
    }

    /** Sends what is pending and can be delivered, after something has changed. */
    void retry() {
        locked(this::deliverPending);
    }

    private void deliverPending() {
        if (!enabled || functionMasked) {
            return;
        }
        for (int word = 0; word < pending.length; word++) {
            for (long left = pending[word]; left != 0; left &= left - 1) {
                int vector = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                if (!isMasked(vector) && vector < granted) {
                    pending[word] &= ~(1L << vector);
                    send(vector);
                }
            }
        }
    }

    /** A read of the table, at an offset in it. Only accesses of 4 and 8 bytes are defined; others bring all ones. */
    long read(long offset, int width) {
        mutex.lock();
        try {
            int word = (int) (offset / Integer.BYTES);
            return switch (width) {
                case Integer.BYTES -> words[word] & 0xffff_ffffL;
                case Long.BYTES -> words[word] & 0xffff_ffffL | (long) words[word + 1] << Integer.SIZE;
                default -> -1L;
            };
        } finally {
            mutex.unlock();
        }
    }

    /** A write of the table; accesses that are not defined do nothing. */
    void write(long offset, int width, long value) {
        if (width < Integer.BYTES) {
            return;
        }
        mutex.lock();
        try {
            int word = (int) (offset / Integer.BYTES);
            words[word] = (int) value;
            if (width == Long.BYTES) {
                words[word + 1] = (int) (value >>> Integer.SIZE);
            }
            deliverPending();
        } finally {
            mutex.unlock();
        }
    }

    /** A read of the pending bits. */
    long readPending(long offset, int width) {
        mutex.lock();
        try {
            return pending[(int) (offset / Long.BYTES)] >>> (offset % Long.BYTES * Byte.SIZE);
        } finally {
            mutex.unlock();
        }
    }

    /** Work with no delivery under way. */
    void locked(Runnable work) {
        mutex.lock();
        try {
            work.run();
        } finally {
            mutex.unlock();
        }
    }
}
