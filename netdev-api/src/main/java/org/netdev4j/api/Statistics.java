package org.netdev4j.api;

/**
 * Basic statistics since the device was opened or {@link NetDev#clearStatistics()}; they survive stop, start and
 * reset. Names are DPDK's [DPDK lib/ethdev/rte_ethdev.h, struct rte_eth_stats, 38f72e50].
 *
 * <p>Bytes count frames from destination address to the end of payload, without FCS.
 *
 * @param ipackets packets handed to the application
 * @param opackets packets sent, as the completions say
 * @param ibytes   bytes of {@code ipackets}
 * @param obytes   bytes of {@code opackets}
 * @param imissed  frames the device dropped because no buffer was posted or its queue was full
 * @param ierrors  frames received and thrown away because they were damaged or illegal
 * @param oerrors  packets the queue took but could not send
 * @param rxNombuf times the pool could not give a receive buffer
 */
public record Statistics(long ipackets, long opackets, long ibytes, long obytes, long imissed, long ierrors, long oerrors,
                         long rxNombuf) {
    /** All zero. */
    public static final Statistics ZERO = new Statistics(0, 0, 0, 0, 0, 0, 0, 0);

    /** What was counted since {@code earlier}. */
    public Statistics since(Statistics earlier) {
        return new Statistics(ipackets - earlier.ipackets, opackets - earlier.opackets, ibytes - earlier.ibytes,
            obytes - earlier.obytes, imissed - earlier.imissed, ierrors - earlier.ierrors, oerrors - earlier.oerrors,
            rxNombuf - earlier.rxNombuf);
    }
}
