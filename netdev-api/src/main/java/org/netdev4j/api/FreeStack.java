package org.netdev4j.api;

import org.netdev4j.platform.SpinLock;

/**
 * The free buffers of a pool, the last freed on top, since its memory is warm. Whether a buffer is free is looked at
 * and changed under the lock only: a buffer is on the stack at most once, whoever frees it how often. Nothing that can
 * throw leaves the lock taken.
 */
final class FreeStack {
    private final NetBuf[] buffers;
    private final SpinLock lock;
    private int available;
    private boolean closed;

    FreeStack(NetBuf[] all, SpinLock lock) {
        this.buffers = new NetBuf[all.length];
        this.lock = lock;
        for (int i = 0; i < all.length; i++) {
            buffers[all.length - 1 - i] = all[i];
        }
        available = all.length;
    }

    /** A racy look. */
    int available() {
        return available;
    }

    /** The top buffer, still marked free; null if there is none. */
    NetBuf pop() {
        lock.lock();
        try {
            return available == 0 ? null : buffers[--available];
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code count} buffers, still marked free; the range was checked. */
    int pop(NetBuf[] into, int from, int count) {
        lock.lock();
        try {
            int taken = Math.min(count, available);
            System.arraycopy(buffers, available - taken, into, from, taken);
            available -= taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a buffer back; false, and nothing done, if it is free. */
    boolean push(NetBuf buffer) {
        lock.lock();
        try {
            return pushLocked(buffer);
        } finally {
            lock.unlock();
        }
    }

    /** Takes back single buffers of {@code pool}, up to the first that is not one or is free; returns the index of that. */
    int pushRun(NetBufPool pool, NetBuf[] from, int start, int end) {
        int i = start;
        lock.lock();
        try {
            while (i < end && from[i].pool() == pool && from[i].next() == null && pushLocked(from[i])) {
                i++;
            }
            return i;
        } finally {
            lock.unlock();
        }
    }

    private boolean pushLocked(NetBuf buffer) {
        if (buffer.isFree()) {
            return false;
        }
        buffer.release();
        buffers[available++] = buffer;
        return true;
    }

    /** Marks a buffer free without putting it on the stack; false if it was. {@link #pushClaimed} follows. */
    boolean claim(NetBuf buffer) {
        lock.lock();
        try {
            boolean claimed = !buffer.isFree();
            buffer.release();
            return claimed;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a claimed buffer on the stack. */
    void pushClaimed(NetBuf buffer) {
        lock.lock();
        try {
            if (!closed) {
                buffers[available++] = buffer;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Marks all buffers free, and gives none out any more. */
    void close(NetBuf[] all) {
        lock.lock();
        try {
            closed = true;
            available = 0;
            for (NetBuf buffer : all) {
                buffer.release();
            }
        } finally {
            lock.unlock();
        }
    }
}
