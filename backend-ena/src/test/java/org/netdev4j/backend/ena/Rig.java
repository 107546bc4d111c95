package org.netdev4j.backend.ena;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** A machine with one of each queue and a device that is only as much of one as a test plays itself. */
final class Rig implements AutoCloseable {
    static final int TX_DOORBELL = 0x1000;
    static final int RX_DOORBELL = 0x1004;
    static final int UNMASK = 0x2000;
    static final long LLQ_AT = 0x4000;
    static final int ALL_IPV4 =
        NetBuf.TX_IP_CHECKSUM | NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM | NetBuf.TX_TSO;
    static final int ALL_IPV6 = NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM | NetBuf.TX_TSO;

    final VirtualClock clock = new VirtualClock();
    final DeviceReach reach = new DeviceReach();
    final Platform platform = Platform.builder().virtualClock(clock).build();
    final DmaAllocator dma = platform.dma().allocator("stub");
    final List<ResetReason> reasons = new ArrayList<>();
    final List<String> evidence = new ArrayList<>();
    final EnaQueueContext context = new EnaQueueContext(platform, dma, this::trouble, 1, 1);
    final QueueCounters txCounters = new QueueCounters();
    final QueueCounters rxCounters = new QueueCounters();
    final WaitEvent event = platform.newWaitEvent();
    final NetBufPool pool;
    final List<Integer> unmasks = new ArrayList<>();
    TxStub txDevice;
    RxStub rxDevice;
    private EnaTxQueue tx;
    private EnaRxQueue rx;
    Mmio registers = new TrappedMmio("BAR0", 0x8000, new Registers());

    Rig() {
        this(512, 2048);
    }

    Rig(int buffers, int dataRoom) {
        platform.dma().attach(reach);
        pool = NetBufPool.builder(platform, "packets").count(buffers).dataRoom(dataRoom).build();
        settings(1500, true);
        terms(Optional.empty(), 16, 4, true, false);
    }

    void settings(int mtu, boolean offloads) {
        context.settings(new QueueSettings(mtu, offloads ? ALL_IPV4 : 0, offloads ? ALL_IPV6 : 0, true, offloads, offloads,
            true, Coalescing.NONE));
    }

    void coalescing(Coalescing rules) {
        context.settings(new QueueSettings(1500, ALL_IPV4, ALL_IPV6, true, true, true, true, rules));
    }

    void terms(Optional<LlqPlan> llq, int txBuffers, int rxBuffers, boolean mbz, boolean timestamps) {
        Mmio bar2 = new TrappedMmio("BAR2", 0x10_0000, new DeviceMemory());
        context.terms(new QueueTerms(registers, Optional.of(bar2), llq, txBuffers, rxBuffers, mbz, timestamps, timestamps,
            true, true, 48, 2));
    }

    /** As {@link #terms}, with a device that wants the pseudo header's sum. */
    void partialChecksums() {
        QueueTerms t = context.terms();
        context.terms(new QueueTerms(t.registers(), t.llqMemory(), t.llq(), t.maxTxBuffers(), t.maxRxBuffers(),
            t.checksMustBeZero(), t.rxTimestamps(), t.txTimestamps(), false, false, 48, 2));
    }

    private void trouble(ResetReason reason, String what) {
        reasons.add(reason);
        evidence.add(what);
    }

    EnaTxQueue tx(int ring) {
        tx = new EnaTxQueue(new TxQueueSetup("ena0", 0, ring, txCounters), context);
        startTx(tx);
        return tx;
    }

    /** What the driver does at start, and after a reset. */
    void startTx(EnaTxQueue queue) {
        queue.prepare();
        txDevice = new TxStub(reach, queue, context.terms().llq());
        queue.connect(TX_DOORBELL, LLQ_AT);
    }

    EnaRxQueue rx(int ring, boolean interrupts) {
        rx = new EnaRxQueue(new RxQueueSetup("ena0", 0, ring, pool, interrupts, interrupts ? event : null, rxCounters),
            context);
        startRx(rx);
        return rx;
    }

    /** What the driver does at start, and after a reset. */
    void startRx(EnaRxQueue queue) {
        queue.prepare();
        rxDevice = new RxStub(reach, queue);
        queue.connect(RX_DOORBELL, UNMASK);
        queue.fill();
    }

    /** A packet with these bytes, in buffers that end at the cuts. */
    NetBuf packet(byte[] bytes, int... cuts) {
        NetBuf head = null;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? bytes.length : cuts[i];
            NetBuf part = pool.allocate();
            part.append(to - from);
            part.copyFrom(0, bytes, from, to - from);
            if (head == null) {
                head = part;
            } else {
                head.chain(part);
            }
            from = to;
        }
        return head;
    }

    /** Sends packets, and frees those that the queue does not take. */
    int send(EnaTxQueue queue, NetBuf... packets) {
        int status = queue.submit(packets, 0, packets.length);
        int taken = BurstStatus.count(status);
        NetBufPool.free(packets, taken, packets.length - taken);
        return status;
    }

    /** Stops the queues; every buffer must then be back, and all memory freed. */
    @Override
    public void close() {
        if (tx != null) {
            tx.drain();
            tx.release();
        }
        if (rx != null) {
            rx.drain();
            rx.release();
        }
        List<String> left = dma.live().stream().map(Object::toString).toList();
        int inUse = pool.inUse();
        pool.close();
        dma.close();
        platform.close();
        if (inUse != 0 || !left.isEmpty()) {
            throw new AssertionError(inUse + " buffers and memory " + left + " were not given back");
        }
    }

    private final class Registers implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            throw new AssertionError("the data path reads a register at 0x" + Long.toHexString(offset));
        }

        @Override
        public void write(long offset, int width, long value) {
            if (width != 4) {
                throw new AssertionError("a register is written with " + width + " bytes");
            }
            switch ((int) offset) {
                case TX_DOORBELL -> txDevice.doorbell((int) value);
                case RX_DOORBELL -> rxDevice.doorbell((int) value);
                case UNMASK -> unmasks.add((int) value);
                default -> throw new AssertionError("no register at 0x" + Long.toHexString(offset));
            }
        }
    }

    private final class DeviceMemory implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            throw new AssertionError("device memory is write-only");
        }

        @Override
        public void write(long offset, int width, long value) {
            if (width != 8) {
                throw new AssertionError("device memory is written with " + width + " bytes at once");
            }
            txDevice.push(offset - LLQ_AT, value);
        }
    }
}
