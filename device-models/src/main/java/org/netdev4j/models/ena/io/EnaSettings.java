package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.RssFields;
import org.netdev4j.backend.ena.spec.RssFunction;
import org.netdev4j.backend.ena.spec.RssInput;
import org.netdev4j.backend.ena.spec.RssKey;

/**
 * What the control side has been told and has offered, as far as packets are concerned. Plain fields: written by the
 * control side, read by {@link EnaIo}, both on the device's thread. {@link EnaIo#settingsChanged()} makes what was written
 * since count.
 */
public final class EnaSettings {
    /** Toeplitz, of {@link #rssFunction}. */
    public static final int TOEPLITZ = RssFunction.TOEPLITZ;
    /** CRC32, of {@link #rssFunction}. */
    public static final int CRC32 = RssFunction.CRC32;

    // ---- identity and frames

    /** The MAC address, its first byte most significant. */
    public long mac;
    /** Longest layer 3 packet, both ways. */
    public int mtu = 1500;

    // ---- limits

    /** MSI-X vectors, the management vector among them. */
    public int vectors = 33;
    /** Transmit queues. */
    public int maxTxQueues = 32;
    /** Receive queues. */
    public int maxRxQueues = 32;
    /** Entries of a transmit queue in host memory. */
    public int maxTxDepth = 1024;
    /** Entries of a receive queue. */
    public int maxRxDepth = 1024;
    /** Entries of a completion queue. */
    public int maxCqDepth = 1024;
    /** Descriptors of a transmitted packet, a meta descriptor among them. */
    public int maxTxDescs = 17;
    /** Descriptors of a received packet. */
    public int maxRxDescs = 17;
    /** Longest header that is pushed or announced. */
    public int maxTxHeader = 96;

    // ---- low-latency queues

    /** Queues that have memory in BAR2; 0 for none. */
    public int maxLlqQueues = 32;
    /** Entries of such a queue; half of them, or {@link #maxWideLlqDepth}, with 256-byte entries. */
    public int maxLlqDepth = 1024;
    /** Entries of such a queue with 256-byte entries; 0 for half of {@link #maxLlqDepth}. */
    public int maxWideLlqDepth;
    /** Bytes of an entry: 128, 192 or 256. */
    public int llqEntryBytes = 128;
    /** Descriptors in front of the header in the first entry of a packet: 1, 2, 4 or 8. */
    public int llqDescsBeforeHeader = 2;
    /** True if later entries of a packet hold as many descriptors as fit; false for one each. */
    public boolean llqMultipleStride = true;
    /** True if each packet brings its meta descriptor, in queues in device memory. */
    public boolean metaCachingDisabled;
    /** Entries between two doorbells; 0 for any number. */
    public int llqBurstEntries;

    // ---- offloads

    /** Offered transmit offloads, TX bits of {@link OffloadConfig}. */
    public int txOffloads = 0xff;
    /** Receive offloads in force, RX bits of {@link OffloadConfig}. */
    public int rxOffloads = 0xf;
    /** {@link #TOEPLITZ}, {@link #CRC32}, or 0 for no hash. */
    public int rssFunction = TOEPLITZ;
    /** The key as it stands in the control buffer: its last byte is the first of the definition, see {@link RssKey}. */
    public final byte[] rssKey = new byte[RssKey.BYTES];
    /** Value that the hash begins with. */
    public int rssInitValue;
    /** Fields to hash for each kind of packet, both of {@link RssFields}. */
    public final int[] rssFields = new int[RssFields.PROTOCOLS];
    /** Sorting in force, of {@link RssInput}. */
    public int rssSort;
    /** True if only the lower half of the hash counts, which then is told twice. */
    public boolean rssHalf;
    /**
     * Index of a receive submission queue for each value of the low bits of the hash; a power of two, or empty for no RSS.
     */
    public int[] rssTable = new int[0];
    /** Flow steering rules by location, null where none is. They come before RSS. */
    public SteeringRule[] flowRules = new SteeringRule[0];
    /** True if fragments are let through beside {@link #fragmentsPerSecond}. */
    public boolean fragBypass;
    /** True if transmit completions of 16 bytes get a time. */
    public boolean txTimestamps;
    /** True if receive completions of 32 bytes get a time. */
    public boolean rxTimestamps;

    // ---- how the device goes about it

    /** Bytes left free at the start of a packet's first buffer; only for drivers that said that they know it. */
    public int rxOffset;
    /** True to end a packet that fills its last buffer with a descriptor of no bytes. */
    public boolean rxZeroLast;
    /** True to use up posted buffers in another order than posted. */
    public boolean rxOutOfOrder;
    /** Microseconds that a frame without a buffer waits for one before it is dropped. */
    public int rxPatienceMicros;
    /** True to complete packets in another order than sent. */
    public boolean txOutOfOrder;
    /** Completions that are gathered before they are written, at least 1. */
    public int txCompletionBatch = 1;
    /** Microseconds after which gathered completions are written anyway. */
    public int txCompletionMicros = 20;
    /** Microseconds of a unit of interrupt delay; 0 counts as 1. */
    public int moderationMicros = 1;

    // ---- allowances; 0 for no limit

    /** Received bytes per second. */
    public long bytesInPerSecond;
    /** Transmitted bytes per second. */
    public long bytesOutPerSecond;
    /** Packets per second, both ways together. */
    public long packetsPerSecond;
    /** Fragments per second that may go out [AMZN kernel/linux/ena/ENA_Linux_Best_Practices.rst]. */
    public long fragmentsPerSecond;
    /** Packets per second to link-local services. */
    public long linkLocalPerSecond;
    /** Time whose allowance can be saved up for a burst. */
    public int allowanceBurstMicros = 10_000;

    /** Settings of a device that nobody has configured. */
    public EnaSettings() {
    }
}
