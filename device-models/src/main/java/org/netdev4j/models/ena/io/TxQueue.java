package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.models.device.DeviceModel;

/**
 * A transmit queue: puts descriptors together to packets, and completes them. What a driver must not write halts it; the
 * published drivers never do any of it [AMZN ena_eth_com.c].
 */
final class TxQueue extends SubmissionQueue {
    /** {@link #collect}: a packet is in {@link #request()}. */
    static final int PACKET = 0;
    /** {@link #collect}: none is complete. */
    static final int NOTHING = 1;

    private static final int MOST_GATHERED = 32;
    // Completions gathered at least if they are to be written in another order.
    private static final int SHUFFLE = 8;

    private final TxRing ring;
    private final boolean cachesMeta;
    private final TxRequest request = new TxRequest();
    private final TxMeta cache = new TxMeta();
    private boolean cacheFilled;
    private long stuckUntil;
    private boolean stuck;
    // Completions gathered: id and head in one, and times.
    private final int[] doneIds = new int[MOST_GATHERED];
    private final int[] doneHeads = new int[MOST_GATHERED];
    private final long[] doneTimes = new long[MOST_GATHERED];
    private int done;
    private long flushAt;

    TxQueue(IoContext io, int index, int depth, CompletionQueue completions, TxRing ring, boolean cachesMeta) {
        super(io, index, depth, true, completions);
        this.ring = ring;
        this.cachesMeta = cachesMeta;
    }

    TxRing ring() {
        return ring;
    }

    /** The packet at hand. */
    TxRequest request() {
        return request;
    }

    @Override
    void doorbell(int value) {
        ring.announce(tail(), value);
        super.doorbell(value);
    }

    /** True if a fault keeps it from doing anything now. */
    boolean isStuck() {
        if (!stuck && io.faults.happens(IoFaults.TX_STUCK, index())) {
            long nanos = io.faults.value();
            stuck = true;
            stuckUntil = nanos == 0 ? DeviceModel.NEVER : io.after(nanos);
        }
        if (stuck && stuckUntil != DeviceModel.NEVER && io.isPast(stuckUntil)) {
            stuck = false;
        }
        return stuck;
    }

    /** True if the driver has announced something that was not looked at. */
    boolean hasWork() {
        return !isHalted() && announcedAfter(ring.head()) != 0;
    }

    /** Reads descriptors until a packet is complete. */
    int collect() {
        if (isHalted()) {
            return NOTHING;
        }
        while (true) {
            switch (ring.next(this)) {
                case TxRing.EMPTY -> {
                    return NOTHING;
                }
                case TxRing.LOST -> lost();
                case TxRing.FAILED -> {
                    malformed(ring.failure());
                    return NOTHING;
                }
                default -> {
                    String wrong = take();
                    if (wrong != null) {
                        malformed(wrong);
                        return NOTHING;
                    }
                    if (((int) ring.words01 & TxDescriptor.LAST) != 0) {
                        return complete();
                    }
                }
            }
        }
    }

    private void lost() {
        io.counters.txDrops++;
        request.clear();
    }

    private int complete() {
        ring.packetEnd();
        if (request.length == 0) {
            malformed("packet without a byte");
            return NOTHING;
        }
        if (!request.hasMeta) {
            if (!cachesMeta) {
                malformed("packet without a meta descriptor while meta caching is off");
                return NOTHING;
            }
            if ((request.word1 & TxRequest.OFFLOADS) != 0 && !cacheFilled) {
                malformed("offload asked for before any meta descriptor");
                return NOTHING;
            }
            request.meta.copy(cache);
        }
        if (io.forms.on()) {
            io.forms.transmit(request, ring);
        }
        arm(request.id);
        return PACKET;
    }

    /** Takes the descriptor at hand into the packet. Returns what is wrong with it, or null. */
    private String take() {
        int word0 = (int) ring.words01;
        if ((word0 & TxDescriptor.MUST_BE_ZERO_0) != 0) {
            return "transmit descriptor with bits set that must be zero";
        }
        if (++request.descriptors > io.settings.maxTxDescs) {
            return "packet of more descriptors than the device takes";
        }
        return (word0 & TxDescriptor.META_DESC) != 0 ? takeMeta(word0) : takeData(word0);
    }

    private String takeMeta(int word0) {
        if (request.descriptors != 1) {
            return "meta descriptor inside a packet";
        }
        if ((word0 & TxDescriptor.FIRST) == 0) {
            return "meta descriptor that is not marked as the first";
        }
        if ((word0 & TxDescriptor.LAST) != 0) {
            return "meta descriptor that is the last of its packet";
        }
        if ((word0 & TxMetaDescriptor.EXT_VALID) == 0 || (word0 & TxMetaDescriptor.ETH_META_TYPE) == 0) {
            return "meta descriptor of a type that does not exist";
        }
        request.hasMeta = true;
        request.metaFlags = word0;
        request.completionWanted = (word0 & TxDescriptor.COMP_REQ) != 0;
        request.meta.read(word0, (int) ring.words23);
        if (cachesMeta && (word0 & TxMetaDescriptor.META_STORE) != 0) {
            cache.copy(request.meta);
            cacheFilled = true;
        }
        return null;
    }

    private String takeData(int word0) {
        boolean first = (word0 & TxDescriptor.FIRST) != 0;
        boolean begun = request.hasMeta || request.descriptors > 1;
        if (!begun && !first) {
            return "packet whose first descriptor is not marked";
        }
        if (begun && first) {
            if (!request.hasMeta || request.descriptors != 2) {
                return "first descriptor of a packet inside another one";
            }
            // The meta descriptor stood alone, which stores it: ena_com_prepare_tx can do that.
            request.clear();
            request.descriptors = 1;
        }
        if (request.buffers == 0) {
            String wrong = takeFirst(word0);
            if (wrong != null) {
                return wrong;
            }
            request.firstFlags = word0;
        } else {
            request.laterFlags |= word0;
        }
        int length = TxDescriptor.length(word0);
        request.addresses[request.buffers] = TxDescriptor.iova(ring.words23);
        request.lengths[request.buffers++] = length;
        request.length += length;
        return null;
    }

    private String takeFirst(int word0) {
        int word1 = (int) (ring.words01 >>> 32);
        if ((word1 & TxDescriptor.MUST_BE_ZERO_1) != 0) {
            return "transmit descriptor with bits set that must be zero";
        }
        int header = TxDescriptor.headerLength(ring.words23);
        if (header > (ring.mostHeader() == 0 ? io.settings.maxTxHeader : ring.mostHeader())) {
            return "header longer than the device takes";
        }
        request.word1 = word1;
        request.id = TxDescriptor.reqId(word0, word1);
        request.completionWanted |= (word0 & TxDescriptor.COMP_REQ) != 0;
        // In host memory the field only says how long the header is: its bytes are in the buffers.
        request.headerLength = ring.mostHeader() == 0 ? 0 : header;
        request.length = request.headerLength;
        return null;
    }

    /** The packet at hand is done with, sent or not. */
    void finish() {
        if (request.completionWanted) {
            doneIds[done] = request.id;
            doneHeads[done] = ring.head();
            doneTimes[done++] = io.settings.txTimestamps ? io.clock.epochNanos() : 0;
            EnaSettings settings = io.settings;
            int batch = Math.max(settings.txCompletionBatch, settings.txOutOfOrder ? SHUFFLE : 1);
            if (done >= Math.min(batch, MOST_GATHERED)) {
                flush();
            } else if (done == 1) {
                flushAt = io.after(settings.txCompletionMicros * 1_000L);
            }
        } else {
            disarm(request.id);
        }
        request.clear();
    }

    /** Writes completions that have waited long enough. */
    boolean flushDue() {
        if (done == 0 || !io.isPast(flushAt)) {
            return false;
        }
        flush();
        return true;
    }

    private void flush() {
        while (done != 0) {
            int pick = io.settings.txOutOfOrder && done > 1 ? io.random.nextInt(done) : 0;
            post(doneIds[pick], doneHeads[pick], doneTimes[pick]);
            done--;
            if (io.settings.txOutOfOrder) {
                doneIds[pick] = doneIds[done];
                doneHeads[pick] = doneHeads[done];
                doneTimes[pick] = doneTimes[done];
            } else {
                System.arraycopy(doneIds, 1, doneIds, 0, done);
                System.arraycopy(doneHeads, 1, doneHeads, 0, done);
                System.arraycopy(doneTimes, 1, doneTimes, 0, done);
            }
        }
    }

    private void post(int id, int head, long time) {
        disarm(id);
        int bad = io.faults.happens(IoFaults.COMPLETION_MBZ, index()) ? TxCompletion.MUST_BE_ZERO : 0;
        int word0 = TxCompletion.word0(completionId(id), 0, bad);
        int word1 = TxCompletion.word1(index(), head);
        completions().post(index(), word0 & 0xffff_ffffL | (long) word1 << 32, time, 0, 0);
    }

    long nextDueNanos() {
        if (done != 0) {
            return flushAt;
        }
        return stuck ? stuckUntil : DeviceModel.NEVER;
    }
}
