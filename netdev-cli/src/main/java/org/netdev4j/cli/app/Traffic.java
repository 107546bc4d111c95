package org.netdev4j.cli.app;

import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;

/** What is to be sent, frame by frame. One thread; allocates nothing per frame. */
interface Traffic extends AutoCloseable {
    /**
     * Goes to the next frame.
     *
     * @return false if there is none
     * @throws org.netdev4j.platform.PlatformException if it cannot be read
     */
    boolean advance();

    /** Bytes of the frame. */
    int length();

    /** When the frame was captured, in nanoseconds; 0 if it was not. */
    long capturedNanos();

    /**
     * Puts the frame into an empty buffer, and into more of the pool if it does not fit.
     *
     * @return false if the pool had not as many; nothing but {@code buffer} is taken then
     */
    boolean fill(NetBuf buffer, NetBufPool pool);

    /** Closes what it reads from. Idempotent. */
    @Override
    void close();
}
