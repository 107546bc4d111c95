package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/**
 * A software NIC at one end of a cable, and the far end in the test's hands. Closing it fails the test if a buffer is not
 * back in its pool, or DMA memory was not freed.
 */
final class Nic implements AutoCloseable {
    static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:10");
    static final MacAddress PEER = MacAddress.parse("02:00:00:00:00:20");

    private static final int WIRE_BYTES = 1 << 20;

    final Platform platform;
    final BackToBack cable;
    final WireSpy near;
    final WirePort far;
    final NetDev device;
    final List<NetBufPool> pools = new ArrayList<>();
    final NetBufPool pool;
    private final List<String> leaks = new ArrayList<>();
    private final Memory frame = Memory.allocate("frame", WirePort.MAX_FRAME);

    Nic() {
        this(Platform.builder(), 4096, NetBufPool.STANDARD_DATA_ROOM);
    }

    Nic(int buffers, int dataRoom) {
        this(Platform.builder(), buffers, dataRoom);
    }

    Nic(Platform.Builder builder, int buffers, int dataRoom) {
        platform = builder.onLeak((owner, memory) -> leaks.add(owner + ": " + memory)).build();
        cable = BackToBack.create(platform, WIRE_BYTES);
        near = new WireSpy(cable.left());
        far = cable.right();
        device = NetDevs.at("loopback:test,mac=" + MAC).platform(platform).wire(near).open();
        pool = pool("test", buffers, dataRoom);
    }

    /** A running NIC with all standard offloads. */
    static Nic running(int queues) {
        Nic nic = new Nic();
        nic.start(DeviceConfig.queues(queues));
        return nic;
    }

    NetBufPool pool(String name, int buffers, int dataRoom) {
        NetBufPool made = NetBufPool.builder(platform, name).count(buffers).dataRoom(dataRoom).debug(false).build();
        pools.add(made);
        return made;
    }

    void start(DeviceConfig config) {
        start(config, 64);
    }

    /** Configures and starts, all queues with rings of one size on the one pool. */
    void start(DeviceConfig config, int ringSize) {
        device.configure(config);
        for (int i = 0; i < config.rxQueues(); i++) {
            device.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(ringSize).withPool(pool));
        }
        for (int i = 0; i < config.txQueues(); i++) {
            device.setupTxQueue(i, new TxQueueConfig(ringSize));
        }
        device.start();
    }

    /** The far end sends. */
    void farSends(byte[] bytes) {
        frame.copyFrom(0, bytes, 0, bytes.length);
        assertTrue(far.send(frame, 0, bytes.length), "the wire is full");
    }

    /** The far end sends, if the wire has room. */
    boolean farTries(byte[] bytes) {
        frame.copyFrom(0, bytes, 0, bytes.length);
        return far.send(frame, 0, bytes.length);
    }

    /** The next frame at the far end; empty if there is none. */
    byte[] farGets() {
        int length = far.receive(frame, 0, WirePort.MAX_FRAME);
        return frame.bytes(0, length);
    }

    /** All frames at the far end. */
    List<byte[]> farGetsAll() {
        List<byte[]> all = new ArrayList<>();
        for (byte[] next = farGets(); next.length > 0; next = farGets()) {
            all.add(next);
        }
        return all;
    }

    /** Polls a queue until it is dry. The packets are the test's to free. */
    List<NetBuf> receiveAll(int queue) {
        List<NetBuf> all = new ArrayList<>();
        NetBuf[] burst = new NetBuf[32];
        int status;
        do {
            status = device.rxQueue(queue).receive(burst, 0, burst.length);
            all.addAll(Arrays.asList(burst).subList(0, BurstStatus.count(status)));
        } while (BurstStatus.count(status) > 0 || BurstStatus.more(status));
        return all;
    }

    /** Polls a queue for exactly one packet, which is the test's to free. */
    NetBuf receiveOne(int queue) {
        List<NetBuf> all = receiveAll(queue);
        assertEquals(1, all.size(), "packets on queue " + queue);
        return all.get(0);
    }

    /** Polls a queue until it is dry, frees all, and says how many there were. */
    int drain(int queue) {
        List<NetBuf> all = receiveAll(queue);
        all.forEach(NetBuf::free);
        return all.size();
    }

    /** A packet with these bytes in one buffer. */
    NetBuf packet(byte[] bytes) {
        return packet(pool, bytes);
    }

    static NetBuf packet(NetBufPool from, byte[] bytes) {
        NetBuf packet = from.allocate();
        packet.append(bytes.length);
        packet.copyFrom(0, bytes, 0, bytes.length);
        return packet;
    }

    /** A packet with these bytes in buffers of at most {@code most} bytes. */
    NetBuf chain(byte[] bytes, int most) {
        NetBuf first = null;
        for (int at = 0; at < bytes.length; at += most) {
            NetBuf part = pool.allocate();
            int count = Math.min(most, bytes.length - at);
            part.append(count);
            part.copyFrom(0, bytes, at, count);
            if (first == null) {
                first = part;
            } else {
                first.chain(part);
            }
        }
        return first;
    }

    /** Sends packets on a queue; returns the status. */
    int transmit(int queue, NetBuf... packets) {
        return device.txQueue(queue).transmit(packets, 0, packets.length);
    }

    /** Sends one packet, which must be taken. */
    void send(NetBuf packet) {
        assertEquals(1, BurstStatus.count(transmit(0, packet)));
    }

    /** A frame that is steered to a queue. Empties all queues in finding it. */
    byte[] flowTo(int queue) {
        for (int flow = 0; flow < 1000; flow++) {
            farSends(Frames.flow(flow));
            boolean hit = false;
            for (int i = 0; i < device.config().rxQueues(); i++) {
                hit |= drain(i) > 0 && i == queue;
            }
            if (hit) {
                return Frames.flow(flow);
            }
        }
        throw new AssertionError("no flow to queue " + queue);
    }

    long counted(String name) {
        Long value = device.extendedStatistics().get(name);
        assertTrue(value != null, "no statistic " + name + " among " + device.extendedStatistics().keySet());
        return value;
    }

    @Override
    public void close() {
        device.close();
        far.close();
        frame.close();
        List<Integer> inUse = pools.stream().map(NetBufPool::inUse).toList();
        pools.forEach(NetBufPool::close);
        platform.close();
        assertEquals(pools.stream().map(p -> 0).toList(), inUse, "buffers in use at the end");
        assertEquals(List.of(), leaks, "DMA memory");
    }
}
