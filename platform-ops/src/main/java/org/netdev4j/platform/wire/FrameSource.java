package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** Where a {@link PcapWire} gets its frames. One thread takes them; what any thread may ask is marked. */
interface FrameSource extends AutoCloseable {
    /** Length of the frame that is next, which stays until {@link #release}; {@link WirePort#EMPTY} if there is none now. */
    int next();

    /** Where that frame is. */
    Memory memory();

    /** Its first byte. */
    long offset();

    /** When it was captured; 0 if not known. */
    long epochNanos();

    /** Goes on to the frame after it. */
    void release();

    /** How often the input began anew before the next frame; any other value means that its times begin anew. */
    int pass();

    /** True if there is a frame now. Any thread. */
    boolean waiting();

    /** True if no frame is there and none will come. Any thread. */
    boolean ended();

    /** What ended it, if not the end of its input. Any thread. */
    Optional<PlatformException> failure();

    /** What to signal when a frame comes or the source ends, if it can come later than now; null for nothing. Any thread. */
    void setEvent(WaitEvent event);

    /** Closes the input. Idempotent. */
    @Override
    void close();

    /** A source without frames. */
    static FrameSource none() {
        return new FileSource();
    }
}
