package org.netdev4j.models.vfiouser;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.netdev4j.platform.vfiouser.VfioUser;

/** The bytes of a message behind its header, field by field. */
final class Payload {
    static final long PAGE = 4096;
    static final int TRIGGER = VfioUser.SET_ACTION_TRIGGER;
    static final int MASK = VfioUser.SET_ACTION_MASK;
    static final int UNMASK = VfioUser.SET_ACTION_UNMASK;
    static final int NONE = VfioUser.SET_DATA_NONE;
    static final int BOOL = VfioUser.SET_DATA_BOOL;
    static final int EVENTFD = VfioUser.SET_DATA_EVENTFD;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Payload empty() {
        return new Payload();
    }

    static Payload version(int major, int minor) {
        return empty().u16(major).u16(minor);
    }

    /** With a zero byte at the end. */
    static Payload version(String json) {
        return version(0, 0).text(json).u8(0);
    }

    static Payload access(long offset, int region, int count) {
        return empty().u64(offset).u32(region).u32(count);
    }

    static Payload irqs(int flags, int index, int start, int count) {
        return empty().u32(20).u32(flags).u32(index).u32(start).u32(count);
    }

    static Payload map(int flags, long offset, long iova, long size) {
        return empty().u32(32).u32(flags).u64(offset).u64(iova).u64(size);
    }

    static Payload unmap(int flags, long iova, long size) {
        return empty().u32(24).u32(flags).u64(iova).u64(size);
    }

    Payload u8(int value) {
        bytes.write(value);
        return this;
    }

    Payload u16(int value) {
        return u8(value).u8(value >>> 8);
    }

    Payload u32(int value) {
        return u16(value).u16(value >>> 16);
    }

    Payload u64(long value) {
        return u32((int) value).u32((int) (value >>> 32));
    }

    Payload text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Payload zeros(int count) {
        bytes.writeBytes(new byte[count]);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
