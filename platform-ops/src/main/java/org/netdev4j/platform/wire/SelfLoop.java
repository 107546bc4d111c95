package org.netdev4j.platform.wire;

import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.Memory;

/** A plug that leads back to itself: what is sent is received. A full ring refuses frames. */
final class SelfLoop extends RingPort {
    SelfLoop(Platform platform, long bytes) {
        super("self:", platform.clock(), bytes);
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        FrameRing.requireFrame(length);
        if (isClosed()) {
            return true;
        }
        if (!arriving.push(frame, offset, length)) {
            return false;
        }
        countSent(length);
        return true;
    }

    @Override
    public boolean linkUp() {
        return !isClosed();
    }

    @Override
    public boolean exhausted() {
        return isClosed();
    }

    @Override
    public void close() {
        markClosed();
        arriving.close();
    }
}
