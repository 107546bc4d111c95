package org.netdev4j.platform.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/** Capture files as bytes. */
final class Captures {
    private Captures() {
    }

    /** A frame of a file. */
    record Captured(String hex, long originalLength, long epochNanos) {
        static Captured of(byte[] bytes, long epochNanos) {
            return new Captured(HexFormat.of().formatHex(bytes), bytes.length, epochNanos);
        }
    }

    /** What reading a file gave. */
    record Reading(List<Captured> frames, Optional<String> error) {
    }

    /** Reads a file called x.pcap to its end or to the first error. */
    static Reading read(byte[] file) {
        return read(file, Integer.MAX_VALUE);
    }

    /** The same, with no more than {@code portion} bytes at a time. */
    static Reading read(byte[] file, int portion) {
        List<Captured> frames = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.of(new CaptureInput("x.pcap", new Portions(file, portion)))) {
            readAll(reader, frames);
            return new Reading(frames, Optional.empty());
        } catch (PlatformException e) {
            return new Reading(frames, Optional.of(e.getMessage()));
        }
    }

    /** Reads a file by its name. */
    static List<Captured> read(String file) {
        List<Captured> frames = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            readAll(reader, frames);
        }
        return frames;
    }

    private static void readAll(CaptureReader reader, List<Captured> frames) {
        while (reader.next()) {
            String hex = HexFormat.of().formatHex(reader.frame().bytes(0, reader.length()));
            frames.add(new Captured(hex, reader.originalLength(), reader.epochNanos()));
        }
    }

    /** Writes frames. */
    static byte[] write(CaptureOptions options, List<Captured> frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CaptureWriter writer = CaptureWriter.of(new CaptureOutput("y", bytes, options.order()), options)) {
            writeAll(writer, frames);
        }
        return bytes.toByteArray();
    }

    static void writeAll(CaptureWriter writer, List<Captured> frames) {
        try (Memory memory = Memory.allocate("captured", WirePort.MAX_FRAME + 3L)) {
            for (Captured frame : frames) {
                byte[] content = HexFormat.of().parseHex(frame.hex);
                memory.copyFrom(3, content, 0, content.length);
                writer.write(memory, 3, content.length, frame.originalLength, frame.epochNanos);
            }
        }
    }

    /** Frames as they are when their times were kept in microseconds. */
    static List<Captured> inMicroseconds(List<Captured> frames) {
        return frames.stream().map(f -> new Captured(f.hex(), f.originalLength(), f.epochNanos() / 1000 * 1000)).toList();
    }

    /** The bytes of hexadecimal text with blanks. */
    static byte[] hex(String... text) {
        return HexFormat.of().parseHex(String.join("", text).replace(" ", ""));
    }

    /** Puts a file together in either byte order. */
    static final class Builder {
        private final ByteBuffer bytes;

        Builder(ByteOrder order) {
            bytes = ByteBuffer.allocate(1 << 20).order(order);
        }

        Builder u8(int... values) {
            for (int value : values) {
                bytes.put((byte) value);
            }
            return this;
        }

        Builder u16(int... values) {
            for (int value : values) {
                bytes.putShort((short) value);
            }
            return this;
        }

        Builder u32(long... values) {
            for (long value : values) {
                bytes.putInt((int) value);
            }
            return this;
        }

        Builder u64(long value) {
            bytes.putLong(value);
            return this;
        }

        Builder put(byte[] values) {
            bytes.put(values);
            return this;
        }

        Builder pad() {
            while (bytes.position() % 4 != 0) {
                bytes.put((byte) 0);
            }
            return this;
        }

        /** A pcapng block around a body. */
        Builder block(long type, Builder body) {
            byte[] content = body.pad().bytes();
            return u32(type, content.length + 12).put(content).u32(content.length + 12);
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    private static final class Portions implements ReadableByteChannel {
        private final ByteBuffer rest;
        private final int portion;

        Portions(byte[] file, int portion) {
            this.rest = ByteBuffer.wrap(file);
            this.portion = portion;
        }

        @Override
        public int read(ByteBuffer into) {
            if (!rest.hasRemaining()) {
                return -1;
            }
            int count = Math.min(Math.min(portion, rest.remaining()), into.remaining());
            into.put(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing to close
        }
    }
}
