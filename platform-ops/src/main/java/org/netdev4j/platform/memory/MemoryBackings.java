package org.netdev4j.platform.memory;

/** The memory backings there are. */
public final class MemoryBackings {
    private MemoryBackings() {
    }

    /** The best that works here. */
    public static MemoryBacking standard() {
        return anonymous();
    }

    /** Anonymous memory of this process; works everywhere, cannot be shared with another process. */
    public static MemoryBacking anonymous() {
        return new AnonymousBacking();
    }
}
