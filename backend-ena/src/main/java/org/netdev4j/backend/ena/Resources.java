package org.netdev4j.backend.ena;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been taken on the way up, and is given back in the opposite order. For one thread. */
final class Resources implements AutoCloseable {
    private final Deque<Owned> owned = new ArrayDeque<>();

    /** Something that is closed without complaint. */
    @FunctionalInterface
    interface Owned {
        void close();
    }

    /** Remembers to give something back. */
    void own(Owned resource) {
        owned.push(resource);
    }

    /** Gives everything back, once. */
    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
