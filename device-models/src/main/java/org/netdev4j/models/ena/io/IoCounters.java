package org.netdev4j.models.ena.io;

/**
 * What the data side counts, since the device was reset. Plain fields: written on the device's thread, but for those
 * marked; others read racily.
 */
public final class IoCounters {
    /** Packets that were put on the wire, segments of TSO counted as such. */
    public long txPackets;
    /** Their bytes. */
    public long txBytes;
    /** Packets handed to the driver. */
    public long rxPackets;
    /** Their bytes. */
    public long rxBytes;
    /**
     * Frames that came in and went nowhere: no queue, too long, allowance, DMA fault. Those without a buffer are overruns
     * instead.
     */
    public long rxDrops;
    /** Packets from the driver that were not put on the wire. */
    public long txDrops;
    /** Frames for which no buffer was posted. */
    public long rxOverruns;
    /** Frames for another station, which the device does not count as drops. */
    public long rxFiltered;
    /** Frames and bytes beyond the inbound bandwidth. */
    public long bwInExceeded;
    /** Packets beyond the outbound bandwidth. */
    public long bwOutExceeded;
    /** Packets beyond the packet rate. */
    public long ppsExceeded;
    /** Packets to link-local services beyond their rate. */
    public long linkLocalExceeded;

    /** Descriptor sequences that no driver may write; each halts its queue. */
    public long malformed;
    /** Packets whose offload request does not fit them; each is dropped and completed. */
    public long badOffloads;
    /** Packets whose DF bit in the descriptor is not that of the IPv4 header. */
    public long dfMismatches;
    /** Packets that were cut by TSO. */
    public long tsoPackets;
    /** Checksums that were filled in, TSO apart. */
    public long checksums;
    /** LLQ entries beyond the burst limit; from the driver's thread. */
    public long burstViolations;
    /** LLQ entries announced but not wholly written. */
    public long partialEntries;
    /** DMA transactions that faulted. */
    public long dmaFaults;
    /** Interrupts sent. */
    public long interrupts;
    /** Writes to a doorbell, LLQ slot or interrupt register of no queue; from any thread, so some may be lost. */
    public long strayWrites;

    IoCounters() {
    }

    /** Counts from zero again. */
    void clear() {
        txPackets = 0;
        txBytes = 0;
        rxPackets = 0;
        rxBytes = 0;
        rxDrops = 0;
        txDrops = 0;
        rxOverruns = 0;
        rxFiltered = 0;
        bwInExceeded = 0;
        bwOutExceeded = 0;
        ppsExceeded = 0;
        linkLocalExceeded = 0;
        malformed = 0;
        badOffloads = 0;
        dfMismatches = 0;
        tsoPackets = 0;
        checksums = 0;
        burstViolations = 0;
        partialEntries = 0;
        dmaFaults = 0;
        interrupts = 0;
        strayWrites = 0;
    }
}
