package org.netdev4j.api;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.netdev4j.platform.memory.Memory;

/** The debug mode of a pool: who took and freed each buffer, and whether anybody wrote to a free one. */
final class NetBufTracker {
    /** Owner of a buffer that a queue gave out, or did not take. */
    static final String APPLICATION = "the application";

    private static final byte POISON = (byte) 0xDB;
    private static final int FRAMES = 6;
    private static final StackWalker WALKER = StackWalker.getInstance();

    private final NetBufPool pool;
    private final PoolLayout layout;
    private final int stride;
    private final String[] takenAt;
    private final String[] freedAt;
    private final String[] owner;

    NetBufTracker(NetBufPool pool, PoolLayout layout) {
        this.pool = pool;
        this.layout = layout;
        this.stride = layout.stride();
        int count = pool.size();
        takenAt = new String[count];
        freedAt = new String[count];
        owner = new String[count];
        pool.memory().fill(0, layout.size(), POISON);
    }

    private static String place() {
        return WALKER.walk(frames -> frames
            .filter(f -> !f.getClassName().equals(NetBufTracker.class.getName())
                && !f.getClassName().equals(NetBufPool.class.getName()) && !f.getClassName().equals(NetBuf.class.getName()))
            .limit(FRAMES)
            .map(f -> f.getClassName().substring(f.getClassName().lastIndexOf('.') + 1) + "." + f.getMethodName() + ":"
                + f.getLineNumber())
            .collect(Collectors.joining(" < "))) + " [" + Thread.currentThread().getName() + "]";
    }

    synchronized void taken(NetBuf buffer) {
        int i = pool.indexOf(buffer);
        int at = firstWritten(i);
        if (at >= 0) {
            throw new IllegalStateException(describeWrite(i, at));
        }
        takenAt[i] = place();
        owner[i] = null;
    }

    /** Offset of the first byte of a free buffer that is not the pattern; -1 if all are. */
    private int firstWritten(int i) {
        Memory memory = pool.memory();
        long base = layout.offset(i);
        for (int at = 0; at < stride; at++) {
            if (memory.getByte(base + at) != POISON) {
                return at;
            }
        }
        return -1;
    }

    private String describeWrite(int i, int at) {
        return "a free buffer of pool " + pool.name() + " was written to at byte " + at + "; it was "
            + (freedAt[i] == null ? "never taken" : "freed at " + freedAt[i]);
    }

    /** The free buffers that somebody wrote to. */
    synchronized List<String> writtenTo(NetBuf[] all) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            int at = all[i].isFree() ? firstWritten(i) : -1;
            if (at >= 0) {
                found.add(describeWrite(i, at));
            }
        }
        return found;
    }

    synchronized void freed(NetBuf buffer) {
        int i = pool.indexOf(buffer);
        pool.memory().fill(layout.offset(i), stride, POISON);
        freedAt[i] = place();
        owner[i] = null;
    }

    synchronized void handedTo(NetBuf buffer, String newOwner) {
        owner[pool.indexOf(buffer)] = newOwner;
    }

    synchronized String history(NetBuf buffer) {
        int i = pool.indexOf(buffer);
        String taken = takenAt[i] == null ? "never taken" : "taken at " + takenAt[i];
        if (!buffer.isFree()) {
            return taken + (owner[i] == null ? "" : ", now with " + owner[i]);
        }
        return freedAt[i] == null ? taken : taken + ", freed at " + freedAt[i];
    }

    synchronized List<String> outstanding(NetBuf[] all) {
        List<String> places = new ArrayList<>();
        for (NetBuf buffer : all) {
            if (!buffer.isFree()) {
                places.add(history(buffer));
            }
        }
        return places;
    }
}
