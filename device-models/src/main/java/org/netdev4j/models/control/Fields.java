package org.netdev4j.models.control;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A payload, read field by field; each is checked. */
final class Fields {
    private final ByteBuffer left;

    Fields(byte[] payload, int length) {
        left = ByteBuffer.wrap(payload, 0, length);
    }

    /** What writes a payload. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** A payload that was written field by field. */
    static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A text as the protocol has it; what is too long is cut. */
    static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, Protocol.MOST_TEXT);
        // Not within a character.
        while (length < bytes.length && length > 0 && (bytes[length] & 0xc0) == 0x80) {
            length--;
        }
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    int u8() throws IOException {
        return need(1).get() & 0xff;
    }

    int u16() throws IOException {
        return need(2).getShort() & 0xffff;
    }

    int s32() throws IOException {
        return need(4).getInt();
    }

    long s64() throws IOException {
        return need(8).getLong();
    }

    /** A flag: 0 or 1. */
    boolean flag() throws IOException {
        int value = u8();
        if (value > 1) {
            throw new IOException("a flag of " + value);
        }
        return value == 1;
    }

    String text() throws IOException {
        int length = s32();
        if (length < 0 || length > Protocol.MOST_TEXT) {
            throw new IOException("a text of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer bytes = need(length).slice(left.position(), length);
        left.position(left.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a text that is not UTF-8", e);
        }
    }

    private ByteBuffer need(int bytes) throws IOException {
        if (left.remaining() < bytes) {
            throw new IOException("a message that is too short", new BufferUnderflowException());
        }
        return left;
    }

    /** Nothing may be left. */
    void end() throws IOException {
        if (left.hasRemaining()) {
            throw new IOException("a message with " + left.remaining() + " bytes too many");
        }
    }
}
