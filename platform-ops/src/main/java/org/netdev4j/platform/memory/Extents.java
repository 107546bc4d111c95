package org.netdev4j.platform.memory;

import java.util.Map;
import java.util.TreeMap;

/** Which parts of a range of bytes are free. One thread at a time. */
final class Extents {
    private final long size;
    private final TreeMap<Long, Long> free = new TreeMap<>();

    /** A range of which all is free. */
    Extents(long size) {
        this.size = size;
        free.put(0L, size);
    }

    /** Takes bytes from the first free part that has as many; their offset, or -1. */
    long take(long bytes) {
        for (Map.Entry<Long, Long> part : free.entrySet()) {
            long left = part.getValue() - bytes;
            if (left >= 0) {
                long at = part.getKey();
                free.remove(at);
                if (left > 0) {
                    free.put(at + bytes, left);
                }
                return at;
            }
        }
        return -1;
    }

    /** Gives bytes back that were taken; joins them with what is free beside them. */
    void give(long at, long bytes) {
        long start = at;
        long length = bytes;
        Map.Entry<Long, Long> before = free.lowerEntry(at);
        if (before != null && before.getKey() + before.getValue() == at) {
            start = before.getKey();
            length += before.getValue();
        }
        Long after = free.remove(at + bytes);
        if (after != null) {
            length += after;
        }
        free.put(start, length);
    }

    /** True if nothing is taken. */
    boolean isFree() {
        return free.size() == 1 && free.firstEntry().getValue() == size;
    }
}
