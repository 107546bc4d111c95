package org.netdev4j.platform.wire;

import org.netdev4j.platform.memory.Memory;

/** Writes classic pcap files [draft-ietf-opsawg-pcap, 4 and 5]; see {@link PcapReader} for the layout. */
final class PcapWriter extends CaptureWriter {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICROSECOND = 1_000;
    private static final long MOST_SECONDS = 0xffff_ffffL;

    private final long nanosPerTick;

    PcapWriter(CaptureOutput output, CaptureOptions options) {
        super(output, options.snaplen());
        boolean micros = options.format() == CaptureFormat.PCAP_MICROSECONDS;
        nanosPerTick = micros ? NANOS_PER_MICROSECOND : 1;
        output.begin(PcapReader.FILE_HEADER_BYTES);
        output.putInt(micros ? PcapReader.MAGIC_MICROSECONDS : PcapReader.MAGIC_NANOSECONDS);
        output.putShort(PcapReader.MAJOR);
        output.putShort(PcapReader.MINOR);
        output.putLong(0); // Reserved1 and Reserved2
        output.putInt(options.snaplen());
        output.putInt(CaptureReader.ETHERNET);
    }

    @Override
    void put(Memory frame, long offset, int captured, long originalLength, long epochNanos, FrameDirection direction) {
        long seconds = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        if (seconds < 0 || seconds > MOST_SECONDS) {
            throw outOfTime(epochNanos);
        }
        output.begin(PcapReader.RECORD_HEADER_BYTES + captured);
        output.putInt((int) seconds);
        output.putInt((int) (epochNanos % NANOS_PER_SECOND / nanosPerTick));
        output.putInt(captured);
        output.putInt((int) originalLength);
        output.putFrame(frame, offset, captured);
    }
}
