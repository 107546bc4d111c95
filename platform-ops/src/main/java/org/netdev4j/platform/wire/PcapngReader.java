package org.netdev4j.platform.wire;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.netdev4j.platform.PlatformException;

/**
 * Reads pcapng files: several sections in either byte order, several interfaces with time stamps of their own, Enhanced,
 * Simple and (obsolete) Packet Blocks. All other blocks are passed over.
 *
 * <p>Layout: [draft-ietf-opsawg-pcapng, 3.1 (blocks), 3.5 (options), 4.1 to 4.4, appendix A], revision of March 2026. Of the
 * options only those that say what a time stamp means are used; of all others the lengths are checked. Deviation: a section
 * of an unknown version is an error, where the draft has it skipped, since frames would be missing without a word.
 */
final class PcapngReader extends CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int OBSOLETE_PACKET = 2;
    static final int SIMPLE_PACKET = 3;
    static final int ENHANCED_PACKET = 6;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int END_OF_OPTIONS = 0;
    static final int IF_TSRESOL = 9;
    static final int IF_TSOFFSET = 14;

    private static final int BLOCK_HEADER_BYTES = 8;
    private static final int TRAILER_BYTES = 4;
    private static final int SECTION_BODY_BYTES = 16;
    private static final int INTERFACE_BODY_BYTES = 8;
    private static final int PACKET_BODY_BYTES = 20;
    private static final int SIMPLE_BODY_BYTES = 4;
    private static final int OPTION_HEADER_BYTES = 4;

    private final List<Interface> interfaces = new ArrayList<>();
    private long blocks;
    private int type;
    private long total;
    private long bodyLeft;
    private int resolution;
    private long offsetSeconds;

    PcapngReader(CaptureInput input) {
        super(input);
    }

    private record Interface(int linkType, long snaplen, TimestampUnit unit) {
    }

    /** True if the input begins as a pcapng file does; the number reads the same in both orders. */
    static boolean recognises(CaptureInput input) {
        return input.intAt(0) == SECTION_HEADER;
    }

    @Override
    void readFileHeader() {
        readBlockHeader();
        readSectionHeader();
    }

    @Override
    boolean readRecord() {
        while (readBlockHeader()) {
            switch (type) {
                case SECTION_HEADER -> readSectionHeader();
                case INTERFACE_DESCRIPTION -> readInterface();
                case ENHANCED_PACKET, OBSOLETE_PACKET -> {
                    readPacket();
                    return true;
                }
                case SIMPLE_PACKET -> {
                    readSimplePacket();
                    return true;
                }
                default -> endBlock();
            }
        }
        return false;
    }

    /** Reads type and length; false at the end of the file. */
    private boolean readBlockHeader() {
        beginRecord();
        blocks++;
        int have = input.available(BLOCK_HEADER_BYTES);
        if (have == 0) {
            return false;
        }
        if (have < BLOCK_HEADER_BYTES) {
            throw damagedBlock("a block header has " + BLOCK_HEADER_BYTES + " bytes, file ends after " + have);
        }
        type = input.intAt(0);
        if (type == SECTION_HEADER) {
            readByteOrder();
        }
        total = input.unsignedIntAt(4);
        if (total < BLOCK_HEADER_BYTES + TRAILER_BYTES || (total & 3) != 0) {
            throw damagedBlock("a block of " + total + " bytes; the least is 12, and it must be a multiple of 4");
        }
        bodyLeft = total - BLOCK_HEADER_BYTES - TRAILER_BYTES;
        input.advance(BLOCK_HEADER_BYTES);
        return true;
    }

    /** Even the length of a section header can be read only once its byte-order magic, eight octets in, is known. */
    private void readByteOrder() {
        int have = input.available(BLOCK_HEADER_BYTES + 4);
        if (have < BLOCK_HEADER_BYTES + 4) {
            throw damagedBlock("a section header has 28 bytes at least, file ends after " + have);
        }
        input.order(ByteOrder.LITTLE_ENDIAN);
        int magic = input.intAt(BLOCK_HEADER_BYTES);
        if (magic == Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
            input.order(ByteOrder.BIG_ENDIAN);
        } else if (magic != BYTE_ORDER_MAGIC) {
            throw damagedBlock(String.format("byte-order magic 0x%08x instead of 0x%08x", magic, BYTE_ORDER_MAGIC));
        }
    }

    private void readSectionHeader() {
        need(SECTION_BODY_BYTES);
        int major = input.shortAt(4);
        int minor = input.shortAt(6);
        // "Readers of pcapng files MUST treat a Minor Version of 2 as equivalent to a Minor Version of 0"
        if (major != 1 || minor != 0 && minor != 2) {
            throw damagedBlock("pcapng version " + major + "." + minor + "; only 1.0 can be read");
        }
        pass(SECTION_BODY_BYTES);
        readOptions();
        endBlock();
        interfaces.clear();
    }

    private void readInterface() {
        need(INTERFACE_BODY_BYTES);
        int linkType = input.shortAt(0);
        long snaplen = input.unsignedIntAt(4);
        pass(INTERFACE_BODY_BYTES);
        resolution = TimestampUnit.STANDARD.resolution();
        offsetSeconds = 0;
        readOptions();
        endBlock();
        interfaces.add(new Interface(linkType, snaplen, new TimestampUnit(resolution, offsetSeconds)));
    }

    private void readPacket() {
        need(PACKET_BODY_BYTES);
        long index = type == ENHANCED_PACKET ? input.unsignedIntAt(0) : input.shortAt(0);
        long units = input.unsignedIntAt(4) << 32 | input.unsignedIntAt(8);
        long captured = input.unsignedIntAt(12);
        long original = input.unsignedIntAt(16);
        pass(PACKET_BODY_BYTES);
        Interface from = ethernet(index);
        int length = readFrame(captured);
        readOptions();
        endBlock();
        found(length, original, from.unit.toEpochNanos(units), (int) index);
    }

    private void readSimplePacket() {
        need(SIMPLE_BODY_BYTES);
        long original = input.unsignedIntAt(0);
        pass(SIMPLE_BODY_BYTES);
        Interface from = ethernet(0);
        // "the minimum value among the SnapLen [...] and the Original Packet Length"; a SnapLen of zero is no limit
        int length = readFrame(from.snaplen == 0 ? original : Math.min(from.snaplen, original));
        endBlock();
        found(length, original, 0, 0);
    }

    private Interface ethernet(long index) {
        if (index >= interfaces.size()) {
            throw damaged("interface " + index + "; the section has described " + interfaces.size() + " so far");
        }
        Interface from = interfaces.get((int) index);
        if (from.linkType != ETHERNET) {
            throw damaged("interface " + index + " has link type " + from.linkType + "; only Ethernet (1) can be read");
        }
        return from;
    }

    private int readFrame(long captured) {
        long padded = captured + 3 & -4;
        if (padded > bodyLeft) {
            throw damaged("a frame of " + captured + " bytes in a block that has room for " + bodyLeft);
        }
        int length = checkedLength(captured);
        need((int) padded);
        copyFrame(length);
        pass((int) padded);
        return length;
    }

    /** Walks through the options, which fill what is left of the block. */
    private void readOptions() {
        while (bodyLeft > 0) {
            need(OPTION_HEADER_BYTES);
            int code = input.shortAt(0);
            int length = input.shortAt(2);
            pass(OPTION_HEADER_BYTES);
            if (code == END_OF_OPTIONS) {
                return;
            }
            int padded = length + 3 & -4;
            if (padded > bodyLeft) {
                throw damagedBlock("option " + code + " of " + length + " bytes in a block with " + bodyLeft + " left");
            }
            need(padded);
            if (type == INTERFACE_DESCRIPTION) {
                readInterfaceOption(code, length);
            }
            pass(padded);
        }
    }

    private void readInterfaceOption(int code, int length) {
        if (code == IF_TSRESOL) {
            requireOptionLength("if_tsresol", length, 1);
            resolution = input.byteAt(0);
        } else if (code == IF_TSOFFSET) {
            requireOptionLength("if_tsoffset", length, Long.BYTES);
            offsetSeconds = input.longAt(0);
        }
    }

    private void requireOptionLength(String option, int length, int right) {
        if (length != right) {
            throw damagedBlock("option " + option + " of " + length + " bytes; it has " + right);
        }
    }

    /** Makes octets of the block's body available. */
    private void need(int bytes) {
        if (bytes > bodyLeft) {
            throw damagedBlock(
                "a block of type " + Integer.toUnsignedString(type) + " and " + total + " bytes is too short");
        }
        int have = input.available(bytes);
        if (have < bytes) {
            throw cutOff(have);
        }
    }

    private void pass(int bytes) {
        input.advance(bytes);
        bodyLeft -= bytes;
    }

    /** Passes over the rest of the body and checks the length that ends the block. */
    private void endBlock() {
        if (input.skip(bodyLeft) < bodyLeft) {
            throw cutOff(0);
        }
        int have = input.available(TRAILER_BYTES);
        if (have < TRAILER_BYTES) {
            throw cutOff(have);
        }
        long again = input.unsignedIntAt(0);
        if (again != total) {
            throw damagedBlock("a block of " + total + " bytes ends with length " + again);
        }
        input.advance(TRAILER_BYTES);
    }

    private PlatformException cutOff(int have) {
        return damagedBlock(total + " bytes announced, file ends after " + (input.offset() - recordOffset() + have));
    }

    /** A packet is named by its number among the packets, as tools count them; any other block by its number in the file. */
    private PlatformException damagedBlock(String what) {
        return type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == OBSOLETE_PACKET ? damaged(what)
            : damaged("block " + blocks, what);
    }
}
