package org.netdev4j.platform.raw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Loads and stores at absolute process addresses, without bounds.
 *
 * <p>This is the one place where an address becomes an access. It is exported to the modules that check bounds
 * themselves ({@link org.netdev4j.platform.memory.Memory} and the packet buffers of netdev-api) and to nobody else:
 * a wrong address here ends the process, not the call.
 *
 * <p>All multi-byte accesses are little-endian, which is the CPU's own order on every machine this project runs on
 * (x86-64 and little-endian AArch64); {@link #requireLittleEndian()} refuses others at start. Plain forms take any address;
 * all others need natural alignment and throw {@link IllegalArgumentException} without it.
 */
public final class RawMemory {
    // One segment over the whole address space: the bounds check folds to "address is not negative", and its scope is
    // global, so no liveness check remains. Measured against alternatives in docs/decisions/0003-memory-access.md.
    @SuppressWarnings("restricted") // the purpose of this class; callers bound every address
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED.varHandle().withInvokeExactBehavior();
    private static final VarHandle BYTE_A = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();
    private static final VarHandle SHORT_A = ValueLayout.JAVA_SHORT.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT_A = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG_A = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    /** Below this many bytes a loop of 8-byte moves beats the call into the JDK's bulk copy. */
    private static final long LOOP_COPY_LIMIT = 256;

    static {
        requireLittleEndian();
    }

    private RawMemory() {
    }

    /**
     * Refuses to run on a big-endian CPU, where the device's byte order is not the CPU's.
     *
     * @throws UnsupportedOperationException on a big-endian CPU
     */
    public static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException(
                "netdev4j needs a little-endian CPU; this one (" + System.getProperty("os.arch") + ") is big-endian");
        }
    }

    /** Plain load of one byte. */
    public static byte getByte(long address) {
        return (byte) BYTE_A.get(ALL, address);
    }

    /** Plain load of two bytes. */
    public static short getShort(long address) {
        return (short) SHORT.get(ALL, address);
    }

    /** Plain load of four bytes. */
    public static int getInt(long address) {
        return (int) INT.get(ALL, address);
    }

    /** Plain load of eight bytes. */
    public static long getLong(long address) {
        return (long) LONG.get(ALL, address);
    }

    /** Plain store of one byte. */
    public static void putByte(long address, byte value) {
        BYTE_A.set(ALL, address, value);
    }

    /** Plain store of two bytes. */
    public static void putShort(long address, short value) {
        SHORT.set(ALL, address, value);
    }

    /** Plain store of four bytes. */
    public static void putInt(long address, int value) {
        INT.set(ALL, address, value);
    }

    /** Plain store of eight bytes. */
    public static void putLong(long address, long value) {
        LONG.set(ALL, address, value);
    }

    /** Load-acquire of one byte. */
    public static byte getByteAcquire(long address) {
        return (byte) BYTE_A.getAcquire(ALL, address);
    }

    /** Load-acquire of two aligned bytes. */
    public static short getShortAcquire(long address) {
        return (short) SHORT_A.getAcquire(ALL, address);
    }

    /** Load-acquire of four aligned bytes. */
    public static int getIntAcquire(long address) {
        return (int) INT_A.getAcquire(ALL, address);
    }

    /** Load-acquire of eight aligned bytes. */
    public static long getLongAcquire(long address) {
        return (long) LONG_A.getAcquire(ALL, address);
    }

    /** Store-release of one byte. */
    public static void putByteRelease(long address, byte value) {
        BYTE_A.setRelease(ALL, address, value);
    }

    /** Store-release of two aligned bytes. */
    public static void putShortRelease(long address, short value) {
        SHORT_A.setRelease(ALL, address, value);
    }

    /** Store-release of four aligned bytes. */
    public static void putIntRelease(long address, int value) {
        INT_A.setRelease(ALL, address, value);
    }

    /** Store-release of eight aligned bytes. */
    public static void putLongRelease(long address, long value) {
        LONG_A.setRelease(ALL, address, value);
    }

    /** Opaque load of one byte: one access, never merged, split or repeated; none if nobody uses the value. */
    public static byte getByteOpaque(long address) {
        return (byte) BYTE_A.getOpaque(ALL, address);
    }

    /** Opaque load of two aligned bytes: one access, never merged, split or repeated; none if nobody uses the value. */
    public static short getShortOpaque(long address) {
        return (short) SHORT_A.getOpaque(ALL, address);
    }

    /** Opaque load of four aligned bytes: one access, never merged, split or repeated; none if nobody uses the value. */
    public static int getIntOpaque(long address) {
        return (int) INT_A.getOpaque(ALL, address);
    }

    /** Opaque load of eight aligned bytes: one access, never merged, split or repeated; none if nobody uses the value. */
    public static long getLongOpaque(long address) {
        return (long) LONG_A.getOpaque(ALL, address);
    }

    /** Opaque store of one byte: exactly one access, never merged, split or repeated. */
    public static void putByteOpaque(long address, byte value) {
        BYTE_A.setOpaque(ALL, address, value);
    }

    /** Opaque store of two aligned bytes: exactly one access, never merged, split or repeated. */
    public static void putShortOpaque(long address, short value) {
        SHORT_A.setOpaque(ALL, address, value);
    }

    /** Opaque store of four aligned bytes: exactly one access, never merged, split or repeated. */
    public static void putIntOpaque(long address, int value) {
        INT_A.setOpaque(ALL, address, value);
    }

    /** Opaque store of eight aligned bytes: exactly one access, never merged, split or repeated. */
    public static void putLongOpaque(long address, long value) {
        LONG_A.setOpaque(ALL, address, value);
    }

    /** Adds to four aligned bytes with full ordering and returns the value before. */
    public static int getAndAddInt(long address, int delta) {
        return (int) INT_A.getAndAdd(ALL, address, delta);
    }

    /** Compares and sets eight aligned bytes with full ordering. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return LONG_A.compareAndSet(ALL, address, expected, value);
    }

    /**
     * Copies {@code length} bytes between regions that do not overlap.
     *
     * @param from   first source address
     * @param to     first destination address
     * @param length bytes, zero or more
     */
    public static void copy(long from, long to, long length) {
        if (length > LOOP_COPY_LIMIT) {
            MemorySegment.copy(ALL, from, ALL, to, length);
            return;
        }
        long i = 0;
        for (; i + 8 <= length; i += 8) {
            putLong(to + i, getLong(from + i));
        }
        if (i < length) {
            copyTail(from + i, to + i, (int) (length - i));
        }
    }

    private static void copyTail(long from, long to, int length) {
        int i = 0;
        if ((length & 4) != 0) {
            putInt(to, getInt(from));
            i = 4;
        }
        if ((length & 2) != 0) {
            putShort(to + i, getShort(from + i));
            i += 2;
        }
        if ((length & 1) != 0) {
            putByte(to + i, getByte(from + i));
        }
    }

    /** Copies bytes from memory into an array. */
    public static void copyToArray(long from, byte[] to, int offset, int length) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, length);
    }

    /** Copies bytes from an array into memory. */
    public static void copyFromArray(byte[] from, int offset, long to, int length) {
        MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, length);
    }

    /** Sets {@code length} bytes, zero or more, to {@code value}. */
    public static void fill(long address, long length, byte value) {
        // A segment's own fill works on a slice, which is an object.
        long pattern = (value & 0xffL) * 0x0101_0101_0101_0101L;
        long i = 0;
        for (; i + 8 <= length; i += 8) {
            putLong(address + i, pattern);
        }
        for (; i < length; i++) {
            putByte(address + i, value);
        }
    }
}
