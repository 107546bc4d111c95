package org.netdev4j.platform.wire;

import java.nio.charset.StandardCharsets;
import org.netdev4j.platform.memory.Memory;

/**
 * Writes pcapng files of one section and one interface [draft-ietf-opsawg-pcapng, 3.5, 4.1 to 4.3]: a Section Header Block,
 * an Interface Description Block with nanosecond time stamps, and an Enhanced Packet Block for each frame.
 */
final class PcapngWriter extends CaptureWriter {
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int EPB_FLAGS = 2;
    private static final int NANOSECONDS = 9;
    private static final int BLOCK_BYTES = 12;
    private static final int PACKET_BODY_BYTES = 20;
    private static final int OPTION_HEADER_BYTES = 4;
    // Options have 16 bits of length; no interface has a name near that.
    private static final int LONGEST_NAME = 255;

    PcapngWriter(CaptureOutput output, CaptureOptions options) {
        super(output, options.snaplen());
        writeSectionHeader();
        writeInterface(options);
    }

    private void writeSectionHeader() {
        byte[] application = "netdev4j".getBytes(StandardCharsets.UTF_8);
        int total = BLOCK_BYTES + 16 + optionBytes(application.length) + OPTION_HEADER_BYTES;
        beginBlock(PcapngReader.SECTION_HEADER, total);
        output.putInt(PcapngReader.BYTE_ORDER_MAGIC);
        output.putShort(1);
        output.putShort(0);
        output.putLong(-1); // Section Length: not known
        putOption(SHB_USERAPPL, application);
        endOptions();
        output.putInt(total);
    }

    private void writeInterface(CaptureOptions options) {
        byte[] name = options.interfaceName().orElse("").getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_NAME) {
            throw new IllegalArgumentException("an interface name has up to " + LONGEST_NAME + " bytes: " + name.length);
        }
        int nameBytes = name.length == 0 ? 0 : optionBytes(name.length);
        int total = BLOCK_BYTES + 8 + nameBytes + optionBytes(1) + OPTION_HEADER_BYTES;
        beginBlock(PcapngReader.INTERFACE_DESCRIPTION, total);
        output.putShort(CaptureReader.ETHERNET);
        output.putShort(0);
        output.putInt(options.snaplen());
        if (name.length > 0) {
            putOption(IF_NAME, name);
        }
        putOption(PcapngReader.IF_TSRESOL, new byte[] {NANOSECONDS});
        endOptions();
        output.putInt(total);
    }

    @Override
    void put(Memory frame, long offset, int captured, long originalLength, long epochNanos, FrameDirection direction) {
        if (epochNanos < 0) {
            throw outOfTime(epochNanos);
        }
        boolean flags = direction != FrameDirection.UNKNOWN;
        int total = BLOCK_BYTES + PACKET_BODY_BYTES + padded(captured)
            + (flags ? optionBytes(Integer.BYTES) + OPTION_HEADER_BYTES : 0);
        beginBlock(PcapngReader.ENHANCED_PACKET, total);
        output.putInt(0); // Interface ID
        output.putInt((int) (epochNanos >>> 32));
        output.putInt((int) epochNanos);
        output.putInt(captured);
        output.putInt((int) originalLength);
        output.putFrame(frame, offset, captured);
        output.pad(captured);
        if (flags) {
            output.putShort(EPB_FLAGS);
            output.putShort(Integer.BYTES);
            output.putInt(direction.code());
            endOptions();
        }
        output.putInt(total);
    }

    private void beginBlock(int type, int total) {
        output.begin(total);
        output.putInt(type);
        output.putInt(total);
    }

    private void putOption(int code, byte[] value) {
        output.putShort(code);
        output.putShort(value.length);
        output.putBytes(value);
        output.pad(value.length);
    }

    private void endOptions() {
        output.putInt(PcapngReader.END_OF_OPTIONS);
    }

    private static int optionBytes(int length) {
        return OPTION_HEADER_BYTES + padded(length);
    }

    private static int padded(int length) {
        return length + 3 & -4;
    }
}
