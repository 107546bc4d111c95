package org.netdev4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.wire.Wires;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long the emulated ENA is away, on the real clock: from {@code open} to link up, and from a reset in the middle of traffic to the
 * next packet. Single shots: the first, which JMH calls a warm-up, is that of a cold JVM.
 *
 * <pre>
 *   mvn -q -B -DskipTests package
 *   java -cp "benchmarks/target/lib/*:benchmarks/target/classes" org.openjdk.jmh.Main EnaLifeBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@Warmup(iterations = 1)
@Measurement(iterations = 20)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class EnaLifeBenchmark {
    private static final int PACKETS = 32;
    private static final long PATIENCE_MILLIS = 10_000;

    private Platform platform;
    private NetDev opened;

    /** A machine. */
    @Setup(Level.Trial)
    public void start() {
        platform = Platform.create();
    }

    /** Gives all back. */
    @TearDown(Level.Trial)
    public void stop() {
        platform.close();
    }

    /** Opens, configures and starts, until the link is up. */
    @Benchmark
    public void openToLinkUp() {
        opened = NetDevs.at("sim:ena").platform(platform).wire(Wires.open("self:", platform)).open();
        opened.configure(DeviceConfig.queues(1));
        opened.start();
        Deadline end = Deadline.afterMillis(Clock.system(), PATIENCE_MILLIS);
        while (!opened.link().up()) {
            require(!end.expired(), "the link stays down");
        }
    }

    /** Not measured. */
    @TearDown(Level.Invocation)
    public void closeOpened() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /** A device whose traffic goes round, which is to be reset. */
    @State(Scope.Thread)
    public static class Running {
        private Platform platform;
        private NetBufPool pool;
        private NetDev device;
        private final NetBuf[] burst = new NetBuf[PACKETS];

        /** Brings packets into circulation. */
        @Setup(Level.Invocation)
        public void start() {
            platform = Platform.create();
            pool = NetBufPool.builder(platform, "benchmark").count(4096).build();
            device = NetDevs.at("sim:ena").platform(platform).wire(Wires.open("self:", platform)).open();
            device.configure(DeviceConfig.queues(1));
            device.start();
            await(device, "no packet came back");
        }

        /** Closes all. */
        @TearDown(Level.Invocation)
        public void stop() {
            device.close();
            pool.close();
            platform.close();
        }

        /** Sends and receives until a packet has come back. */
        private void await(NetDev from, String otherwise) {
            Deadline end = Deadline.afterMillis(Clock.system(), PATIENCE_MILLIS);
            while (turn(from) == 0) {
                require(!end.expired(), otherwise);
            }
        }

        private int turn(NetDev from) {
            NetBuf packet = pool.allocate();
            if (packet != null) {
                packet.append(64);
                packet.memory().fill(packet.dataOffset(), 12, (byte) 0xff);
                burst[0] = packet;
                if (BurstStatus.count(from.txQueue(0).transmit(burst, 0, 1)) == 0) {
                    packet.free();
                }
            }
            from.txQueue(0).reclaim(PACKETS);
            int received = BurstStatus.count(from.rxQueue(0).receive(burst, 0, PACKETS));
            NetBufPool.free(burst, 0, received);
            return received;
        }
    }

    /** A reset in the middle of traffic, until the next packet is received. */
    @Benchmark
    public void resetToTraffic(Running running) {
        running.device.reset();
        running.await(running.device, "no packet came back after the reset");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
