package org.netdev4j.conformance.cases;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.platform.RandomSource;
import org.opentest4j.AssertionFailedError;

/** Random operations on a device, all that the contract allows, while a {@link Ledger} says what must come of them. */
final class RandomRun {
    private static final int LARGEST_RING = 256;
    private static final int MOST_QUEUES = 3;
    private static final int REMEMBERED = 12;
    private static final int DEBUG_SHARE = 5;
    private static final Set<Capability> TOGGLED = EnumSet.of(Capability.RX_CHECKSUM, Capability.TX_IPV4_CHECKSUM,
        Capability.TX_L4_CHECKSUM_IPV4, Capability.TX_L4_CHECKSUM_IPV6, Capability.TX_TSO_IPV4, Capability.TX_TSO_IPV6);

    private final Bench bench;
    private final RandomSource random;
    private final NetDev device;
    private final Ledger ledger;
    private final RandomTraffic traffic;
    private final Deque<String> last = new ArrayDeque<>();
    private int pairs;
    private int smallestRing;
    private int operations;
    private boolean interrupts;

    RandomRun(Bench bench) {
        this.bench = bench;
        random = bench.random();
        device = bench.device();
        ledger = new Ledger(bench);
        traffic = new RandomTraffic(bench);
        choosePool();
    }

    /** Runs a number of operations; a failure says what they were. */
    void run(int count, boolean faults) {
        try {
            setUp();
            for (int i = 0; i < count; i++) {
                step();
                if (faults && random.nextInt(12) == 0) {
                    RandomFaults.strike(bench, this, ledger);
                }
            }
            note("settle at the end");
            ledger.settle(pairs, pairs);
            ledger.releaseAll();
            device.stop();
            Check.equal(0, bench.pool().inUse(), "buffers in use after stop()");
        } catch (AssertionFailedError | RuntimeException e) {
            throw failed(e);
        }
    }

    /** Runs a number of operations, then lets the device disappear, goes on, and closes it. */
    void untilGone(int count, Fault fault) {
        try {
            setUp();
            for (int i = 0; i < count; i++) {
                step();
            }
            note(fault.kind().label());
            ledger.tolerant(true, false);
            bench.inject(fault);
            for (int i = 0; i < 5; i++) {
                transmit();
                send();
                ledger.look(pairs);
                bench.pass(random.nextInt(400_000_000));
            }
            device.statistics();
            device.link();
            ledger.releaseAll();
            device.close();
            Check.equal(0, bench.pool().inUse(), "buffers in use after close() of a device that is gone");
        } catch (AssertionFailedError | RuntimeException e) {
            throw failed(e);
        }
    }

    private AssertionFailedError failed(Throwable e) {
        return new AssertionFailedError("seed " + bench.seed() + ", operation " + operations + ": "
            + (e instanceof AssertionFailedError ? "" : e.getClass().getSimpleName() + ": ") + e.getMessage()
            + "; the last were: " + String.join(", ", last), e);
    }

    void note(String operation) {
        operations++;
        last.add(operation);
        if (last.size() > REMEMBERED) {
            last.remove();
        }
    }

    int pairs() {
        return pairs;
    }

    // ---- operations

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 30) {
            transmit();
        } else if (choice < 60) {
            send();
        } else if (choice < 68) {
            note("look");
            ledger.look(pairs);
        } else if (choice < 74) {
            forward();
        } else if (choice < 80) {
            note("idle");
            bench.pass(random.nextInt(200_000));
        } else if (choice < 86) {
            note("settle");
            ledger.settle(pairs, pairs);
        } else {
            control(choice);
        }
    }

    private void control(int choice) {
        switch (choice) {
            case 86, 87 -> mtu();
            case 88, 89 -> offload();
            case 90, 91 -> steer();
            case 92, 93, 94 -> restart();
            case 95, 96 -> reset();
            case 97 -> newQueues();
            case 98 -> sameSettings();
            default -> arm();
        }
    }

    /** Debug mode, which sees more and takes several times as long, in one run of some. */
    private void choosePool() {
        if (random.nextInt(DEBUG_SHARE) != 0) {
            bench.withoutDebug();
        }
    }

    private void setUp() {
        pairs = 1 + random.nextInt(Math.min(MOST_QUEUES, Math.min(bench.info().maxRxQueues(), bench.info().maxTxQueues())));
        device.configure(DeviceConfig.queues(pairs));
        smallestRing = Integer.MAX_VALUE;
        interrupts = bench.info().has(Capability.RX_INTERRUPT) && random.nextInt(2) == 0;
        for (int i = 0; i < pairs; i++) {
            int size = ring(bench.info().rxRing());
            smallestRing = Math.min(smallestRing, size);
            RxQueueConfig config = RxQueueConfig.STANDARD.withRingSize(size).withPool(bench.pool());
            device.setupRxQueue(i, interrupts ? config.withInterrupts() : config);
            device.setupTxQueue(i, new TxQueueConfig(ring(bench.info().txRing())));
        }
        note("configure " + pairs + " pairs, smallest receive ring " + smallestRing);
        if (!RandomTraffic.fits(bench, device.mtu(), device.offloads().contains(Capability.RX_SCATTER))) {
            device.setMtu(bench.info().minMtu());
        }
        device.start();
        ledger.queues(pairs);
    }

    private int ring(RingLimits limits) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = limits.min(); size <= Math.min(limits.max(), Math.max(LARGEST_RING, limits.min())); size++) {
            if (limits.allows(size)) {
                sizes.add(size);
            }
        }
        return sizes.get(random.nextInt(sizes.size()));
    }

    /** Sends a burst from the device, on any queue; what is not taken stays with the run, and is freed. */
    void transmit() {
        int queue = random.nextInt(pairs);
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 32 : 6);
        note("transmit " + count + " on queue " + queue);
        NetBuf[] packets = new NetBuf[count];
        List<List<byte[]>> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RandomTraffic.Outgoing next = traffic.fromDevice();
            packets[i] = next.packet();
            frames.add(next.frames());
        }
        offer(queue, packets, frames);
    }

    private void offer(int queue, NetBuf[] packets, List<List<byte[]>> frames) {
        int status = device.txQueue(queue).transmit(packets, 0, packets.length);
        int taken = BurstStatus.count(status);
        for (int i = 0; i < taken; i++) {
            ledger.towardsFar(queue, frames.get(i));
        }
        for (int i = taken; i < packets.length; i++) {
            packets[i].free();
        }
        // The wire has room for some hundred frames.
        if (ledger.framesUnderWay() > 150) {
            ledger.look(pairs);
        }
    }

    /** Sends frames to the device, as many as its rings surely hold. */
    void send() {
        int count = 1 + random.nextInt(16);
        note("send " + count + " to the device");
        for (int i = 0; i < count && ledger.buffersUnderWay() < smallestRing / 2; i++) {
            Frame frame = traffic.toDevice();
            if (bench.far().trySend(frame.bytes())) {
                ledger.towardsDevice(frame);
            }
        }
    }

    private void forward() {
        NetBuf packet = ledger.release();
        if (packet == null) {
            return;
        }
        // Received when the MTU was larger, perhaps.
        if (packet.segments() > bench.info().maxTxSegments() || packet.packetLength() > device.mtu() + 14) {
            packet.free();
            return;
        }
        note("forward a packet in its buffers");
        offer(random.nextInt(pairs), new NetBuf[] {packet}, List.of(List.of(packet.packetBytes())));
    }

    private void mtu() {
        if (!bench.info().has(Capability.MTU_UPDATE)) {
            return;
        }
        int mtu = Math.max(bench.info().minMtu(), 128 + random.nextInt(Math.min(9000, bench.info().maxMtu()) - 128));
        if (!RandomTraffic.fits(bench, mtu, device.offloads().contains(Capability.RX_SCATTER))
            || (mtu + 14) / bench.pool().dataRoom() + 1 > Math.min(smallestRing / 4, bench.info().maxTxSegments())) {
            return;
        }
        // A frame under way may be longer than the new limit.
        ledger.settle(pairs, pairs);
        note("MTU " + mtu);
        device.setMtu(mtu);
        Check.equal(mtu, device.mtu(), "MTU after setMtu()");
    }

    private void offload() {
        List<Capability> all = TOGGLED.stream().filter(bench.info()::has).toList();
        if (all.isEmpty()) {
            return;
        }
        Capability offload = all.get(random.nextInt(all.size()));
        boolean on = !device.offloads().contains(offload);
        ledger.settle(pairs, pairs);
        note(offload + (on ? " on" : " off"));
        device.setOffload(offload, on);
    }

    private void steer() {
        if (!bench.info().has(Capability.RSS_TABLE_UPDATE)) {
            return;
        }
        ledger.settle(pairs, pairs);
        note("new RSS table");
        RssConfig now = device.rss();
        int[] table = new int[now.table().length];
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextInt(pairs);
        }
        RssConfig wanted = now.withTable(table);
        if (bench.info().has(Capability.RSS_KEY_UPDATE) && random.nextInt(2) == 0) {
            byte[] key = new byte[now.key().length];
            random.nextBytes(key);
            wanted = wanted.withKey(key);
        }
        device.setRss(wanted);
        ledger.queues(pairs);
    }

    private void restart() {
        boolean calm = random.nextInt(2) == 0;
        if (calm) {
            ledger.settle(pairs, pairs);
        }
        note(calm ? "stop and start" : "stop and start under traffic");
        ledger.mayBeLost();
        device.stop();
        Check.equal(ledger.inHand(), bench.pool().inUse(), "buffers in use after stop(), which are those in the "
            + "application's hand,");
        device.start();
        ledger.flush(pairs);
    }

    private void reset() {
        if (!bench.info().has(Capability.RESET)) {
            return;
        }
        note("reset");
        ledger.mayBeLost();
        device.reset();
        Check.equal(DeviceState.RUNNING, device.state(), "state after reset()");
        ledger.flush(pairs);
    }

    private void newQueues() {
        ledger.settle(pairs, pairs);
        device.stop();
        setUp();
        ledger.flush(pairs);
    }

    private void sameSettings() {
        note("the same settings once more");
        if (bench.info().has(Capability.MTU_UPDATE)) {
            device.setMtu(device.mtu());
        }
        if (bench.info().has(Capability.RSS_HASH)) {
            Check.equal(pairs > 0, device.rss() != null, "presence of rss()");
        }
        device.statistics();
        device.extendedStatistics();
    }

    private void arm() {
        if (interrupts) {
            int queue = random.nextInt(pairs);
            note("arm queue " + queue);
            device.rxQueue(queue).armInterrupt();
        }
    }
}
