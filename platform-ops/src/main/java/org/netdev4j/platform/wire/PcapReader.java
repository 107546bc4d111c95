package org.netdev4j.platform.wire;

import java.nio.ByteOrder;

/**
 * Reads classic pcap files, version 2.4, in both byte orders, with microseconds or nanoseconds.
 *
 * <p>Layout: [draft-ietf-opsawg-pcap, 4 (File Header) and 5 (Packet Record)], revision of March 2026. Its section 4.1 prints
 * the magic's octets the wrong way round; what counts is section 4: the number is in the writer's own order, so that a
 * little-endian file begins with d4 c3 b2 a1 or 4d 3c b2 a1, as libpcap and Wireshark write it.
 */
final class PcapReader extends CaptureReader {
    static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
    static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    static final int FILE_HEADER_BYTES = 24;
    static final int RECORD_HEADER_BYTES = 16;
    static final int MAJOR = 2;
    static final int MINOR = 4;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICROSECOND = 1_000;
    // In the upper half of "LinkType and additional information": FCS length in the top four bits, R, P, ten reserved bits.
    private static final int RESERVED = 0x0bff;
    private static final int FCS_PRESENT = 0x0400;

    private long nanosPerTick;
    private int fcsBytes;

    PcapReader(CaptureInput input) {
        super(input);
    }

    /** True if the input begins as a pcap file does, in either order. */
    static boolean recognises(CaptureInput input) {
        input.order(ByteOrder.LITTLE_ENDIAN);
        int magic = input.intAt(0);
        int swapped = Integer.reverseBytes(magic);
        return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS
            || swapped == MAGIC_MICROSECONDS || swapped == MAGIC_NANOSECONDS;
    }

    @Override
    void readFileHeader() {
        beginRecord();
        int have = input.available(FILE_HEADER_BYTES);
        if (have < FILE_HEADER_BYTES) {
            throw damaged("file header", FILE_HEADER_BYTES + " bytes expected, file ends after " + have);
        }
        input.order(ByteOrder.LITTLE_ENDIAN);
        int magic = input.intAt(0);
        if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
            input.order(ByteOrder.BIG_ENDIAN);
            magic = input.intAt(0);
        }
        nanosPerTick = magic == MAGIC_NANOSECONDS ? 1 : NANOS_PER_MICROSECOND;
        int major = input.shortAt(4);
        int minor = input.shortAt(6);
        if (major != MAJOR || minor != MINOR) {
            throw damaged("file header", "pcap version " + major + "." + minor + "; only 2.4 can be read");
        }
        readLinkType(input.intAt(20));
        input.advance(FILE_HEADER_BYTES);
    }

    private void readLinkType(int field) {
        int linkType = field & 0xffff;
        int upper = field >>> 16;
        if (linkType != ETHERNET) {
            throw damaged("file header", "link type " + linkType + "; only Ethernet (1) can be read");
        }
        if ((upper & RESERVED) != 0) {
            throw damaged("file header", String.format("reserved bits of the link type are set: 0x%08x", field));
        }
        // "the number of 16-bit (2-octet) words of FCS that are appended to each packet, if the P bit is set"
        fcsBytes = (upper & FCS_PRESENT) != 0 ? (upper >>> 12) * 2 : 0;
    }

    @Override
    boolean readRecord() {
        beginRecord();
        int have = input.available(RECORD_HEADER_BYTES);
        if (have == 0) {
            return false;
        }
        if (have < RECORD_HEADER_BYTES) {
            throw damaged("a record header has " + RECORD_HEADER_BYTES + " bytes, file ends after " + have);
        }
        long nanos = input.unsignedIntAt(0) * NANOS_PER_SECOND + input.unsignedIntAt(4) * nanosPerTick;
        int captured = checkedLength(input.unsignedIntAt(8));
        long original = input.unsignedIntAt(12);
        input.advance(RECORD_HEADER_BYTES);
        have = input.available(captured);
        if (have < captured) {
            throw damaged(captured + " bytes announced, file ends after " + have);
        }
        copyFrame(captured);
        input.advance(captured);
        long withoutFcs = Math.max(0, original - fcsBytes);
        found(fcsBytes == 0 ? captured : (int) Math.min(captured, withoutFcs), withoutFcs, nanos, 0);
        return true;
    }
}
