package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.platform.mmio.Mmio;

/**
 * The submission side of a transmit queue: descriptors, and how many entries are in use. One entry always stays free [AMZN
 * ena_eth_com.h]. For the queue's thread.
 */
abstract sealed class TxRing permits HostTxRing, LlqTxRing {
    /** The doorbell takes 16 bits of the free-running tail [AMZN ena_eth_com.h]. */
    private static final int DOORBELL_MASK = 0xffff;
    private static final int META_FLAGS =
        TxMetaDescriptor.EXT_VALID | TxMetaDescriptor.ETH_META_TYPE | TxMetaDescriptor.META_STORE | TxDescriptor.FIRST;

    /** Entries. */
    final int depth;
    /** Depth less one. */
    final int mask;
    /** Free-running position of the next entry to write. */
    int tail;
    /** Entries written and not completed. */
    int used;
    private int announced;
    private long cachedMeta;
    private Mmio registers;
    private long doorbell;

    TxRing(int depth) {
        this.depth = depth;
        mask = depth - 1;
    }

    /** Makes the ring new; whatever meta descriptor the device had is forgotten. */
    void prepare() {
        tail = 0;
        used = 0;
        announced = 0;
        cachedMeta = TxWork.NO_META;
    }

    /** The device has made the queue. */
    void connect(Mmio bar0, long doorbellOffset) {
        registers = bar0;
        doorbell = doorbellOffset;
    }

    /** Device address of the descriptors; 0 if they are in the device. */
    abstract long iova();

    /** Bytes of header that are pushed with descriptors, at most. */
    abstract int maxHeader();

    /** Entries that a packet takes. */
    abstract int entries(TxWork work);

    /** Most entries that a packet may take. */
    abstract int maxEntries();

    /** True if the device wants the doorbell before it takes so many more entries. */
    abstract boolean needsDoorbell(int entries);

    /** Writes a packet; there is room. */
    abstract void write(NetBuf packet, TxWork work, int reqId);

    /** Frees memory. */
    abstract void release();

    /** Stores that the device must see before the doorbell, see {@link #announce()}. */
    abstract void flush();

    /** Entries that can be written. */
    final int free() {
        return depth - 1 - used;
    }

    /** Entries of a packet were completed. */
    final void complete(int entries) {
        used -= entries;
    }

    /** True if something was written since the last doorbell. */
    final boolean isPending() {
        return tail != announced;
    }

    /** Tells the device what was written, if anything was; true if so. */
    boolean announce() {
        if (tail == announced) {
            return false;
        }
        announced = tail;
        flush();
        registers.write32(doorbell, tail & DOORBELL_MASK);
        return true;
    }

    /** True if a packet needs a meta descriptor: it has metadata, and the device does not have the same already. */
    boolean wantsMeta(TxWork work) {
        return work.meta != TxWork.NO_META && work.meta != cachedMeta;
    }

    /** Word 0 of a packet's meta descriptor, without its phase; the device has it from now on. */
    final int metaWord0(TxWork work) {
        cachedMeta = work.meta;
        return TxMetaDescriptor.word0((int) (work.meta >>> Integer.SIZE), META_FLAGS);
    }

    /** Word 0 of a packet's first data descriptor, without its phase. */
    static int firstWord0(TxWork work, int reqId, boolean afterMeta) {
        int flags = TxDescriptor.COMP_REQ | (afterMeta ? 0 : TxDescriptor.FIRST)
            | (work.buffers <= 1 ? TxDescriptor.LAST : 0);
        return TxDescriptor.word0(work.buffers == 0 ? 0 : work.lengths[0], reqId, flags);
    }

    /** Word 0 of a later data descriptor, without its phase. */
    static int laterWord0(TxWork work, int index) {
        return work.lengths[index] | (index == work.buffers - 1 ? TxDescriptor.LAST : 0);
    }
}
