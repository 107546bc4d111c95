package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;

/** One packet on its way into the ring: what its descriptors will say. Filled anew for each; for the queue's thread. */
final class TxWork {
    /** No meta descriptor belongs to the packet. */
    static final long NO_META = -1;
    /** The device wants no sum in the packet. */
    static final int NO_PSEUDO = -1;

    /** Where the buffers are. */
    final long[] iovas;
    /** Bytes in each; never 0. */
    final int[] lengths;
    /** Data buffers, pushed bytes excluded; may be 0. */
    int buffers;
    /** Bytes of the packet. */
    int bytes;
    /** Bytes pushed with the descriptors. */
    int header;
    /** Bits of word 1 of the first data descriptor, without the id. */
    int offloads;
    /**
     * Bytes of layer 4 by the pseudo header that the device wants summed up in the packet; {@link #NO_PSEUDO} if it
     * does not.
     */
    int pseudo;
    /** Word 2 of the meta descriptor, and above it the MSS; or {@link #NO_META}. */
    long meta;

    TxWork(int maxBuffers) {
        iovas = new long[maxBuffers];
        lengths = new int[maxBuffers];
    }

    /**
     * Lists the buffers of a packet behind its first {@code push} bytes. Buffers without bytes are left out.
     *
     * @return false if there are more than fit
     */
    boolean map(NetBuf packet, int push) {
        int count = 0;
        int skip = push;
        for (NetBuf part = packet; part != null; part = part.next()) {
            int length = part.length();
            if (length <= skip) {
                skip -= length;
                continue;
            }
            if (count == iovas.length) {
                return false;
            }
            iovas[count] = part.dataIova() + skip;
            lengths[count] = length - skip;
            skip = 0;
            count++;
        }
        buffers = count;
        header = push;
        return true;
    }

    /** True if all buffers are inside the device's reach. */
    boolean isReachable(long beyond) {
        long all = 0;
        for (int i = 0; i < buffers; i++) {
            all |= iovas[i] + lengths[i];
        }
        return (all & beyond) == 0;
    }
}
