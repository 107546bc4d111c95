package org.netdev4j.backend.ena;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the ENA driver itself costs for a packet that is received and sent: descriptors, completions, doorbells, buffers
 * from and to the pool. The device is a {@link MirrorDevice} on the same thread, which does next to nothing; what it
 * does is in {@link #forward} and by itself in {@link #deviceAlone}, to be taken off.
 *
 * <p>Times are sampled, and the median is the figure to look at: a sample is a few microseconds long, so that what else
 * the machine does falls into few of them.
 *
 * <pre>
 *   mvn -q -B -DskipTests package
 *   java -cp "benchmarks/target/lib/*:benchmarks/target/classes" org.openjdk.jmh.Main EnaForwardBenchmark -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC"})
public class EnaForwardBenchmark {
    private static final int PACKETS = 256;
    private static final int RING = 1024;

    /** Packets of one receive and transmit call. */
    @Param({"1", "4", "32", "256"})
    public int burst;

    /** Where transmit descriptors are: host memory, or the device's, in entries of 128 or 256 bytes. */
    @Param({"host", "llq128", "llq256"})
    public String placement;

    private MirrorNic nic;
    private MirrorDevice alone;

    /** Brings up the queues, and leaves descriptors of every kind in the rings. */
    @Setup(Level.Trial)
    public void start() {
        Optional<LlqPlan> llq = switch (placement) {
            case "llq128" -> Optional.of(new LlqPlan(128, 2, true, false, 0));
            case "llq256" -> Optional.of(new LlqPlan(256, 2, true, false, 0));
            default -> Optional.empty();
        };
        nic = new MirrorNic(llq, RING, burst, MirrorNic.Traffic.PLAIN);
        for (int done = 0; done < 2 * RING; done += burst) {
            nic.forward();
        }
        alone = nic.deviceAlone(llq, RING);
    }

    /** Receives and sends in bursts; the figure is per packet. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void forward() {
        for (int moved = 0; moved < PACKETS; moved += burst) {
            nic.forward();
        }
    }

    /** The device's share of it. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int deviceAlone() {
        int packets = 0;
        for (int moved = 0; moved < PACKETS; moved += burst) {
            for (int i = 0; i < burst; i++) {
                alone.receive(1, 64, 0);
            }
            packets += alone.transmit(burst);
        }
        return packets;
    }

    /** Shuts down. */
    @TearDown(Level.Trial)
    public void stop() {
        nic.close();
    }
}
