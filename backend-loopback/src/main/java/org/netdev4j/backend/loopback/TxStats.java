package org.netdev4j.backend.loopback;

import java.util.Map;

/** What is counted of a transmit queue besides the basic counters. Written by the queue's thread, read racily. */
final class TxStats {
    private static final TxFault[] FAULTS = TxFault.values();

    long ipChecksums;
    long l4Checksums;
    long tsoPackets;
    long tsoSegments;
    long vlanInserted;
    long gathered;
    long wireFull;
    private final long[] faults = new long[FAULTS.length];

    void fault(TxFault fault) {
        faults[fault.ordinal()]++;
    }

    void report(int queue, Map<String, Long> into) {
        String prefix = "tx_q" + queue + "_";
        into.put(prefix + "ip_csum", ipChecksums);
        into.put(prefix + "l4_csum", l4Checksums);
        into.put(prefix + "tso_packets", tsoPackets);
        into.put(prefix + "tso_segments", tsoSegments);
        into.put(prefix + "vlan_inserted", vlanInserted);
        into.put(prefix + "gathered", gathered);
        into.put(prefix + "wire_full", wireFull);
        for (TxFault fault : FAULTS) {
            into.put(prefix + "err_" + fault.label(), faults[fault.ordinal()]);
        }
    }
}
