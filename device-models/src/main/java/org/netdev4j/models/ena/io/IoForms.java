package org.netdev4j.models.ena.io;

import java.util.Arrays;
import org.netdev4j.backend.ena.spec.RxDescriptor;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.models.device.Trace;

/**
 * Writes to the trace which forms of descriptors the driver uses, a line when it does so for the first time: what is said of
 * a packet apart from addresses, lengths and ids. For the device's thread. A look at a number if the trace is off.
 */
final class IoForms {
    // More forms than bits can make of a few fields that belong together: what is beyond that is not told.
    private static final int MOST = 1 << 10;
    private static final int KIND_SHIFT = 56;
    private static final int RING = 1;
    private static final int META = 2;
    private static final int FIRST = 3;
    private static final int LATER = 4;
    private static final int OFFLOAD = 5;
    private static final int SHAPE = 6;
    private static final int RX = 7;
    private static final int OFFLOAD_BITS = (1 << 22) - 1;

    private final Trace trace;
    private final long[] seen = new long[2 * MOST];
    private int count;
    private int session;

    IoForms(Trace trace) {
        this.trace = trace;
    }

    /** True if forms are to be told. */
    boolean on() {
        int now = trace.session();
        if (now != session) {
            session = now;
            count = 0;
            Arrays.fill(seen, 0);
        }
        return now != 0;
    }

    private boolean isNew(int kind, long bits) {
        long key = (long) kind << KIND_SHIFT | bits;
        int at = (int) ((key * 0x9e37_79b9_7f4a_7c15L) >>> 32) & seen.length - 1;
        while (seen[at] != 0) {
            if (seen[at] == key) {
                return false;
            }
            at = at + 1 & seen.length - 1;
        }
        if (count == MOST) {
            return false;
        }
        count++;
        seen[at] = key;
        return true;
    }

    /** A packet that is to be sent. */
    void transmit(TxRequest request, TxRing ring) {
        long form = ring.form();
        if (isNew(RING, form)) {
            tell("tx ring " + ring.formText());
        }
        if (request.hasMeta) {
            meta(request);
        }
        int first = request.firstFlags & (TxDescriptor.FIRST | TxDescriptor.LAST | TxDescriptor.COMP_REQ);
        if (isNew(FIRST, first | (request.hasMeta ? 1 : 0))) {
            tell("tx descriptor " + (request.hasMeta ? "behind a meta descriptor" : "without a meta descriptor")
                + flags(first));
        }
        int later = request.laterFlags & (TxDescriptor.FIRST | TxDescriptor.COMP_REQ);
        if (request.buffers > 1 && isNew(LATER, later)) {
            tell("tx later descriptors" + flags(later));
        }
        if (isNew(OFFLOAD, request.word1 & OFFLOAD_BITS)) {
            tell("tx offload" + offload(request.word1));
        }
        shape(request);
    }

    private void meta(TxRequest request) {
        int flags = request.metaFlags & (TxMetaDescriptor.META_STORE | TxDescriptor.COMP_REQ);
        int fields = (request.meta.mss != 0 ? 1 : 0) | (request.meta.l3Offset != 0 ? 2 : 0) | (request.meta.l3Length != 0 ? 4
            : 0)
            | (request.meta.l4Words != 0 ? 8 : 0);
        if (isNew(META, flags | fields)) {
            tell("tx meta descriptor" + ((flags & TxMetaDescriptor.META_STORE) != 0 ? " stored" : "") + flags(flags)
                + word(fields, 1, "mss") + word(fields, 2, "l3-offset") + word(fields, 4, "l3-length") + word(fields, 8,
                "l4-length"));
        }
    }

    private void shape(TxRequest request) {
        boolean empty = request.buffers > 0 && request.lengths[0] == 0;
        int buffers = Math.min(request.buffers, 2);
        if (isNew(SHAPE, buffers << 2 | (request.headerLength > 0 ? 2 : 0) | (empty ? 1 : 0))) {
            tell("tx packet" + (request.headerLength > 0 ? " pushed header," : "") + (empty
                ? " first descriptor without buffer," : "")
                + (buffers < 2 ? " one descriptor" : " several descriptors"));
        }
    }

    /** A buffer that the driver gives. */
    void receive(int word0) {
        int flags = word0 & (RxDescriptor.FIRST | RxDescriptor.LAST | RxDescriptor.COMP_REQ);
        boolean zero = RxDescriptor.length(word0) == RxDescriptor.LENGTH_OF_ZERO;
        if (isNew(RX, flags | (zero ? 1 : 0))) {
            tell("rx descriptor" + flags(flags) + (zero ? " length=0" : ""));
        }
    }

    // First, last and the wish for a completion are the same bits in all descriptors.
    private static String flags(int word0) {
        return word(word0, TxDescriptor.FIRST, "first") + word(word0, TxDescriptor.LAST, "last") + word(word0,
            TxDescriptor.COMP_REQ, "completion");
    }

    private static String offload(int word1) {
        int l3 = TxDescriptor.l3Proto(word1);
        int l4 = TxDescriptor.l4Proto(word1);
        int known = TxDescriptor.DF | TxDescriptor.TSO_EN | TxDescriptor.L3_CSUM_EN | TxDescriptor.L4_CSUM_EN
            | TxDescriptor.ETHERNET_FCS_DIS | TxDescriptor.L4_CSUM_PARTIAL | TxDescriptor.protocols(0xf, 0x1f);
        int rest = word1 & OFFLOAD_BITS & ~known;
        return " l3=" + l3 + " l4=" + l4 + word(word1, TxDescriptor.TSO_EN, "tso") + word(word1, TxDescriptor.L3_CSUM_EN,
            "l3-checksum")
            + word(word1, TxDescriptor.L4_CSUM_EN, "l4-checksum") + word(word1, TxDescriptor.L4_CSUM_PARTIAL, "partial")
            + word(word1, TxDescriptor.DF, "df") + word(word1, TxDescriptor.ETHERNET_FCS_DIS, "no-fcs")
            + (rest == 0 ? "" : " bits=0x" + Integer.toHexString(rest));
    }

    private static String word(int value, int bit, String name) {
        return (value & bit) != 0 ? " " + name : "";
    }

    private void tell(String form) {
        trace.line("FORM " + form);
    }
}
