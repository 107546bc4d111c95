package org.netdev4j.backend.loopback;

import java.util.Map;

/**
 * What is counted of a receive queue besides the basic counters. Written under the lock of {@link LoopbackIngress}, read
 * racily.
 */
final class RxStats {
    long ipChecksumGood;
    long ipChecksumBad;
    long l4ChecksumGood;
    long l4ChecksumBad;
    long vlanStripped;
    long scattered;
    long tooLong;
    long delayedInterrupts;

    void report(int queue, Map<String, Long> into) {
        String prefix = "rx_q" + queue + "_";
        into.put(prefix + "ip_csum_good", ipChecksumGood);
        into.put(prefix + "ip_csum_bad", ipChecksumBad);
        into.put(prefix + "l4_csum_good", l4ChecksumGood);
        into.put(prefix + "l4_csum_bad", l4ChecksumBad);
        into.put(prefix + "vlan_stripped", vlanStripped);
        into.put(prefix + "scattered", scattered);
        into.put(prefix + "too_long", tooLong);
        into.put(prefix + "delayed_interrupts", delayedInterrupts);
    }
}
