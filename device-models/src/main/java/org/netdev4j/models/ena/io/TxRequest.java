package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxDescriptor;

/** A packet as its descriptors describe it. */
final class TxRequest {
    /** Descriptors of a packet that any device lets through. */
    static final int MOST_BUFFERS = 64;
    /** Bits of a first data descriptor's word 1 that need a meta descriptor. */
    static final int OFFLOADS = TxDescriptor.TSO_EN | TxDescriptor.L3_CSUM_EN | TxDescriptor.L4_CSUM_EN;

    final long[] addresses = new long[MOST_BUFFERS];
    final int[] lengths = new int[MOST_BUFFERS];
    final TxMeta meta = new TxMeta();
    int buffers;
    /** Descriptors so far, a meta descriptor among them. */
    int descriptors;
    boolean hasMeta;
    int id;
    /** Word 1 of the first data descriptor. */
    int word1;
    /** Word 0 of the meta descriptor, if there is one. */
    int metaFlags;
    /** Word 0 of the first data descriptor. */
    int firstFlags;
    /** Word 0 of all later ones in one. */
    int laterFlags;
    int headerLength;
    boolean completionWanted;
    /** Bytes in the buffers and in the pushed header. */
    int length;

    void clear() {
        buffers = 0;
        descriptors = 0;
        hasMeta = false;
        completionWanted = false;
        length = 0;
        laterFlags = 0;
    }

    boolean isEmpty() {
        return descriptors == 0;
    }

    boolean has(int bit) {
        return (word1 & bit) != 0;
    }
}
