package org.netdev4j.api;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.netdev4j.platform.memory.Memory;

/** The debug mode of a pool: who took and freed each buffer, and whether anybody wrote to a free one. */
final class NetBufTracker {
    private static final byte POISON = (byte) 0xDB;
    private static final int FRAMES = 6;
    private static final StackWalker WALKER = StackWalker.getInstance();

    private final NetBufPool pool;
    private final int stride;
    private final String[] takenAt;
    private final String[] freedAt;
    private final String[] owner;

    NetBufTracker(NetBufPool pool, int stride) {
        this.pool = pool;
        this.stride = stride;
        int count = pool.size();
        takenAt = new String[count];
        freedAt = new String[count];
        owner = new String[count];
        pool.memory().fill(0, (long) stride * count, POISON);
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
        int i = pool.indexOf(buffer, stride);
        checkPoison(i);
        takenAt[i] = place();
        owner[i] = "the application";
    }

    private void checkPoison(int i) {
        Memory memory = pool.memory();
        long base = (long) i * stride;
        for (int at = 0; at < pool.capacity(); at++) {
            if (memory.getByte(base + at) != POISON) {
                throw new IllegalStateException("a free buffer of pool " + pool.name() + " was written to at byte " + at
                    + "; it was freed at " + (freedAt[i] == null ? "(never taken)" : freedAt[i]));
            }
        }
    }

    synchronized void freed(NetBuf buffer) {
        int i = pool.indexOf(buffer, stride);
        pool.memory().fill((long) i * stride, pool.capacity(), POISON);
        freedAt[i] = place();
        owner[i] = null;
    }

    synchronized void handedTo(NetBuf buffer, String newOwner) {
        owner[pool.indexOf(buffer, stride)] = newOwner;
    }

    synchronized String history(NetBuf buffer) {
        int i = pool.indexOf(buffer, stride);
        String taken = takenAt[i] == null ? "never taken" : "taken at " + takenAt[i];
        if (owner[i] != null) {
            return taken + ", now with " + owner[i];
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
