package org.netdev4j.models.control;

import java.io.Closeable;
import java.io.IOException;

/**
 * Bytes both ways. One thread reads and one at a time writes; {@link #close()} is for any thread and ends both, where the
 * system lets it.
 */
interface ByteStream extends Closeable {
    /**
     * Waits for bytes.
     *
     * @return how many came; -1 at the end
     */
    int read(byte[] into, int offset, int length) throws IOException;

    /**
     * Writes all of it.
     *
     * @throws IOException also if the peer takes nothing for a long time
     */
    void write(byte[] from, int offset, int length) throws IOException;
}
