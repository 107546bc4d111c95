package org.netdev4j.api;

/**
 * Where the buffers of a pool lie in its memory: one behind the other, none across the end of a piece that is contiguous for
 * devices.
 *
 * @param count      of buffers
 * @param stride     bytes from one to the next
 * @param perPiece   buffers in a piece
 * @param pieceBytes from one piece to the next
 */
record PoolLayout(int count, int stride, int perPiece, long pieceBytes) {
    /** Of memory whose pieces have so many bytes; at least one buffer fits. */
    static PoolLayout of(int count, int stride, long pieceBytes) {
        if ((long) count * stride <= pieceBytes) {
            return new PoolLayout(count, stride, count, (long) count * stride);
        }
        return new PoolLayout(count, stride, (int) (pieceBytes / stride), pieceBytes);
    }

    /** Bytes of memory: up to the end of the last buffer. */
    long size() {
        return offset(count - 1) + stride;
    }

    long offset(int index) {
        return index / perPiece * pieceBytes + (long) (index % perPiece) * stride;
    }

    int index(long offset) {
        return (int) (offset / pieceBytes) * perPiece + (int) (offset % pieceBytes / stride);
    }
}
