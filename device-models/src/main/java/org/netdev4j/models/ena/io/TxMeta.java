package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxMetaDescriptor;

/** What a meta descriptor says, or the cache of it that each transmit queue has. */
final class TxMeta {
    int mss;
    int l3Offset;
    int l3Length;
    int l4Words;

    void read(int word0, int word2) {
        mss = TxMetaDescriptor.mss(word0, word2);
        l3Offset = TxMetaDescriptor.l3Offset(word2);
        l3Length = TxMetaDescriptor.l3Length(word2);
        l4Words = TxMetaDescriptor.l4Words(word2);
    }

    void copy(TxMeta from) {
        mss = from.mss;
        l3Offset = from.l3Offset;
        l3Length = from.l3Length;
        l4Words = from.l4Words;
    }
}
