package org.netdev4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.Platform;
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
 * What forwarding a packet costs on the software NIC: packets go round on {@code loopback:}, each turn received, its MAC addresses
 * swapped, and sent again. The device's own work (copying, filters, RSS, checksums) is in the figure, since software does it here.
 *
 * <pre>
 *   mvn -q -B -DskipTests package
 *   java -cp "benchmarks/target/lib/*:benchmarks/target/classes" org.openjdk.jmh.Main ForwardBenchmark -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC"})
public class ForwardBenchmark {
    private static final int PACKETS = 256;
    private static final int FRAME = 64;

    /** Packets of one receive and transmit call. */
    @Param({"1", "4", "32", "256"})
    public int burst;

    private Platform platform;
    private NetBufPool pool;
    private NetDev device;
    private RxQueue rx;
    private TxQueue tx;
    private NetBuf[] packets;

    /** Brings the device up and puts the packets into circulation. */
    @Setup(Level.Trial)
    public void start() {
        platform = Platform.create();
        pool = NetBufPool.builder(platform, "benchmark").count(8192).build();
        device = NetDevs.at("loopback:").platform(platform).open();
        device.configure(DeviceConfig.queues(1));
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool));
        device.setPromiscuous(true);
        device.start();
        rx = device.rxQueue(0);
        tx = device.txQueue(0);
        packets = new NetBuf[PACKETS];
        pool.allocate(packets, 0, PACKETS);
        for (int i = 0; i < PACKETS; i++) {
            fill(packets[i], i);
        }
        int sent = BurstStatus.count(tx.transmit(packets, 0, PACKETS));
        if (sent != PACKETS) {
            throw new IllegalStateException("only " + sent + " of " + PACKETS + " packets went out");
        }
    }

    private static void fill(NetBuf packet, int flow) {
        packet.append(FRAME);
        packet.putLong(0, 0x0200_0000_0001_0200L);
        packet.putLong(8, 0x0000_0002_0800_4500L);
        packet.putShort(16, FRAME - 14);
        packet.putInt(18, 0x0000_4000);
        packet.putShort(22, 0x4011);
        packet.putShort(24, 0);
        packet.putInt(26, 0x0a00_0001);
        packet.putInt(30, 0x0a00_0100 + flow);
        packet.putShort(34, 1000 + flow);
        packet.putShort(36, 2000);
        packet.putShort(38, FRAME - 34);
        packet.putShort(40, 0);
    }

    /** One receive and one transmit of up to {@link #burst} packets, MAC addresses swapped; the figure is per packet. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public int forward() {
        int moved = 0;
        while (moved < PACKETS) {
            int received = BurstStatus.count(rx.receive(packets, 0, Math.min(burst, PACKETS - moved)));
            for (int i = 0; i < received; i++) {
                NetBuf packet = packets[i];
                long destination = packet.getLong(0) >>> 16;
                long source = packet.getLong(6) >>> 16;
                packet.putLong(0, source << 16 | destination >>> 32);
                packet.putInt(8, (int) destination);
            }
            int sent = BurstStatus.count(tx.transmit(packets, 0, received));
            NetBufPool.free(packets, sent, received - sent);
            if (sent != received || received == 0) {
                throw new IllegalStateException("the circle broke: received " + received + ", sent " + sent);
            }
            moved += received;
        }
        return moved;
    }

    /** Shuts down. */
    @TearDown(Level.Trial)
    public void stop() {
        device.close();
        pool.close();
        platform.close();
    }
}
