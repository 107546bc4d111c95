package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.ProtoIndex;
import org.netdev4j.backend.ena.spec.RxCompletion;

/**
 * What a packet's last completion says of it, as flags of its buffer. A checksum that was not looked at is neither good
 * nor bad; of an IPv4 fragment, and of what is neither TCP nor UDP, nothing is said about layer 4 [AMZN ena_netdev.c,
 * ena_rx_checksum].
 */
final class RxNotes {
    private RxNotes() {
    }

    /** Flags of {@link NetBuf} for word 0 of the last completion; counts. */
    static int checksumFlags(int word0, EnaRxStats stats) {
        int flags = 0;
        if (RxCompletion.l3Proto(word0) == ProtoIndex.L3_IPV4) {
            if ((word0 & RxCompletion.L3_CSUM_ERR) == 0) {
                flags = NetBuf.RX_IP_CHECKSUM_GOOD;
            } else {
                flags = NetBuf.RX_IP_CHECKSUM_BAD;
                stats.checksumBad++;
            }
        }
        int l4 = RxCompletion.l4Proto(word0);
        if (l4 != ProtoIndex.L4_TCP && l4 != ProtoIndex.L4_UDP || (word0 & RxCompletion.IPV4_FRAG) != 0) {
            return flags;
        }
        if ((word0 & RxCompletion.L4_CSUM_CHECKED) == 0) {
            stats.checksumUnchecked++;
            return flags;
        }
        if ((word0 & RxCompletion.L4_CSUM_ERR) == 0) {
            stats.checksumGood++;
            return flags | NetBuf.RX_L4_CHECKSUM_GOOD;
        }
        stats.checksumBad++;
        return flags | NetBuf.RX_L4_CHECKSUM_BAD;
    }
}
