package org.netdev4j.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.netdev4j.platform.memory.Memory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to write a 16-byte descriptor and read it back, by the ways that Java has to native memory; the ground of
 * docs/decisions/0003. The figure is per descriptor: two stores of eight bytes, a load-acquire of four, a load of eight.
 *
 * <pre>
 *   java -cp "benchmarks/target/lib/*:benchmarks/target/classes" org.openjdk.jmh.Main MemoryAccessBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class MemoryAccessBenchmark {
    private static final int RING = 1024;
    private static final int BYTES = 16;

    private static final MemorySegment ALL = all();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private Memory memory;
    private Arena arena;
    private MemorySegment segment;
    private ByteBuffer buffer;
    private long address;

    @SuppressWarnings("restricted") // one of the ways that are compared
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** Allocates a ring of each kind. */
    @Setup(Level.Trial)
    public void allocate() {
        memory = Memory.allocate("ring", RING * BYTES);
        arena = Arena.ofShared();
        segment = arena.allocate(RING * BYTES, 64);
        buffer = ByteBuffer.allocateDirect(RING * BYTES).order(ByteOrder.LITTLE_ENDIAN);
        address = segment.address();
    }

    /** One segment over all memory, addresses unchecked: what {@code RawMemory} does. */
    @Benchmark
    @OperationsPerInvocation(RING)
    public long unchecked() {
        long sum = 0;
        for (int i = 0; i < RING; i++) {
            long at = address + (long) i * BYTES;
            LONG.set(ALL, at, (long) i);
            LONG.set(ALL, at + 8, sum);
            sum += (int) INT.getAcquire(ALL, at) + (long) LONG.get(ALL, at + 8);
        }
        return sum;
    }

    /** {@link Memory}: one comparison for bounds and liveness, then the same. */
    @Benchmark
    @OperationsPerInvocation(RING)
    public long checkedMemory() {
        long sum = 0;
        for (int i = 0; i < RING; i++) {
            long at = (long) i * BYTES;
            memory.putLong(at, i);
            memory.putLong(at + 8, sum);
            sum += memory.getIntAcquire(at) + memory.getLong(at + 8);
        }
        return sum;
    }

    /** A segment of a shared arena: bounds and scope are checked by the JDK. */
    @Benchmark
    @OperationsPerInvocation(RING)
    public long sharedSegment() {
        long sum = 0;
        for (int i = 0; i < RING; i++) {
            long at = (long) i * BYTES;
            LONG.set(segment, at, (long) i);
            LONG.set(segment, at + 8, sum);
            sum += (int) INT.getAcquire(segment, at) + (long) LONG.get(segment, at + 8);
        }
        return sum;
    }

    /** A direct buffer; it has no acquire, so its load is plain. */
    @Benchmark
    @OperationsPerInvocation(RING)
    public long directBuffer() {
        long sum = 0;
        for (int i = 0; i < RING; i++) {
            int at = i * BYTES;
            buffer.putLong(at, i);
            buffer.putLong(at + 8, sum);
            sum += buffer.getInt(at) + buffer.getLong(at + 8);
        }
        return sum;
    }

    /** Frees the rings. */
    @TearDown(Level.Trial)
    public void free() {
        memory.close();
        arena.close();
    }
}
