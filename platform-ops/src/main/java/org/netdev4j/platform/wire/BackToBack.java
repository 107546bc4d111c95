package org.netdev4j.platform.wire;

import java.util.HashMap;
import java.util.Map;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/**
 * A cable between two ports in this process.
 *
 * <p>A frame sent at one end arrives at the other, in order. An end whose ring is full makes {@link WirePort#send} of the
 * other return false; nothing is dropped while both ends are there. Without a far end, or with the link down, frames are
 * taken and dropped.
 *
 * <p>Threads: each end as {@link WirePort} says; {@link #setLink} may be called by any thread. The two ends may be closed by
 * different threads; the memory is freed with the second.
 */
public final class BackToBack {
    // Guarded by itself; also guards plugging and closing of named cables, so that a name goes exactly with its last end.
    private static final Map<String, BackToBack> NAMED = new HashMap<>();

    private final String name;
    private volatile boolean linked = true;
    private volatile End left;
    private volatile End right;

    private BackToBack(String name) {
        this.name = name;
    }

    /**
     * A cable with both ends there.
     *
     * @param platform          its clock
     * @param bytesPerDirection room for frames under way, each with 24 to 31 bytes besides its own; rounded up to a power of
     *     two of at least 256 KiB
     */
    public static BackToBack create(Platform platform, int bytesPerDirection) {
        BackToBack cable = new BackToBack("link:");
        cable.left = cable.new End("link:left", platform.clock(), bytesPerDirection);
        cable.right = cable.new End("link:right", platform.clock(), bytesPerDirection);
        return cable;
    }

    /**
     * One end of the cable of that name in this process: the first to ask gets the left end, the second the right one. The
     * name is free again when all ends that were given out are closed.
     *
     * @param bytes room for frames that arrive at this end
     * @throws PlatformException if both ends were given out already
     */
    static WirePort plug(String name, Platform platform, long bytes) {
        synchronized (NAMED) {
            BackToBack cable = NAMED.get(name);
            if (cable == null) {
                cable = new BackToBack("link:" + name);
                cable.left = cable.new End("link:" + name + "/left", platform.clock(), bytes);
                NAMED.put(name, cable);
                return cable.left;
            }
            if (cable.right != null) {
                throw new PlatformException("wire link:" + name + ": both ends are plugged in already; a cable has two, "
                    + "use switch:" + name + " to connect more");
            }
            cable.right = cable.new End("link:" + name + "/right", platform.clock(), bytes);
            cable.wake();
            return cable.right;
        }
    }

    /** One end. */
    public WirePort left() {
        return left;
    }

    /** The other end. */
    public WirePort right() {
        return right;
    }

    /** Takes the link down or up at both ends. Frames that arrived before can still be received. */
    public void setLink(boolean up) {
        linked = up;
        wake();
    }

    private void wake() {
        for (End end : new End[] {left, right}) {
            if (end != null) {
                end.arriving.wake();
            }
        }
    }

    private void closed(End end) {
        synchronized (NAMED) {
            if (end.isClosed()) {
                return;
            }
            end.markClosed();
            End other = end == left ? right : left;
            if (other == null || other.isClosed()) {
                NAMED.remove(name.substring("link:".length()), this);
                left.arriving.close();
                if (right != null) {
                    right.arriving.close();
                }
            }
        }
        wake();
    }

    @Override
    public String toString() {
        return "cable " + name;
    }

    private final class End extends RingPort {
        End(String endName, Clock clock, long bytes) {
            super(endName, clock, bytes);
        }

        private End other() {
            return this == left ? right : left;
        }

        @Override
        public boolean send(Memory frame, long offset, int length) {
            FrameRing.requireFrame(length);
            if (isClosed()) {
                return true;
            }
            End far = other();
            if (!linked || far == null || far.isClosed()) {
                countLost(length);
                return true;
            }
            if (!far.arriving.push(frame, offset, length)) {
                return false;
            }
            countSent(length);
            return true;
        }

        @Override
        public boolean linkUp() {
            End far = other();
            return linked && !isClosed() && far != null && !far.isClosed();
        }

        @Override
        public boolean exhausted() {
            End far = other();
            return isClosed() || far != null && far.isClosed() && arriving.isEmpty();
        }

        @Override
        public void close() {
            closed(this);
        }
    }
}
