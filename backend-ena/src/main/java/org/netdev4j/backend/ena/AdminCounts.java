package org.netdev4j.backend.ena;

import java.util.Map;

/**
 * What an admin queue counts [AMZN ena_ethtool.c, ena_stats_ena_com_strings]. Each is written under one lock of the
 * queue, and read racily by others. Survives resets.
 */
final class AdminCounts {
    /** Commands under way when the queue was closed. */
    long aborted;
    /** Commands given to the device. */
    long submitted;
    /** Answers. */
    long completed;
    /** Commands that found all ids in use. */
    long outOfSpace;
    /** Commands that got no answer in time. */
    long noCompletion;

    /** Adds all to a table. */
    void report(Map<String, Long> all) {
        all.put("ena_admin_q_aborted_cmd", aborted);
        all.put("ena_admin_q_submitted_cmd", submitted);
        all.put("ena_admin_q_completed_cmd", completed);
        all.put("ena_admin_q_out_of_space", outOfSpace);
        all.put("ena_admin_q_no_completion", noCompletion);
    }
}
