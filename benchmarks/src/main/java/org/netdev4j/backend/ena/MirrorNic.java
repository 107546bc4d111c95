package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.backend.ena.spec.ProtoIndex;
import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.MappedMmio;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The ENA driver's queues, one of each, on a {@link MirrorDevice}: what is received is sent. */
final class MirrorNic implements AutoCloseable {
    static final int TX_DOORBELL = 0x1000;
    static final int RX_DOORBELL = 0x1004;
    private static final int UNMASK = 0x2000;
    private static final int FRAME = 64;
    private static final int FLAGS = RxCompletion.L4_CSUM_CHECKED | ProtoIndex.L3_IPV4 | ProtoIndex.L4_UDP << 8;
    private static final int REQUESTS = NetBuf.TX_IP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM;

    /** What goes round. */
    enum Traffic {
        /** Packets of 64 bytes in one buffer, asking for nothing. */
        PLAIN,
        /** Of four packets one asks for checksums and one has two buffers. */
        MIXED
    }

    private final Platform platform = Platform.create();
    private final DmaAllocator dma = platform.dma().allocator("mirror");
    private final Memory registers = Memory.allocate("BAR0", 0x4000, 4096);
    private final Memory deviceMemory = Memory.allocate("BAR2", 1 << 20, 4096);
    private final NetBufPool pool;
    private final EnaRxQueue rx;
    private final EnaTxQueue tx;
    private final MirrorDevice device;
    private final QueueCounters txCounters = new QueueCounters();
    private final NetBuf[] packets;
    private final int burst;
    private final Traffic traffic;
    private long forwarded;
    private int lastFlags;

    MirrorNic(Optional<LlqPlan> llq, int ring, int burst, Traffic traffic) {
        this.burst = burst;
        this.traffic = traffic;
        packets = new NetBuf[burst];
        pool = NetBufPool.builder(platform, "mirror").count(4 * ring).build();
        fillBuffers();
        EnaQueueContext context = new EnaQueueContext(platform, dma, (reason, evidence) -> {
            throw new IllegalStateException(reason + ": " + evidence);
        }, 1, 1);
        context.terms(new QueueTerms(new MappedMmio("BAR0", registers), Optional.of(new MappedMmio("BAR2", deviceMemory)),
            llq, 17, 17, true, false, false, true, true, 48, 1));
        context.settings(new QueueSettings(1500, REQUESTS, 0, true, true, true, false, Coalescing.NONE));
        rx = new EnaRxQueue(new RxQueueSetup("mirror", 0, ring, pool, false, null, new QueueCounters()), context);
        tx = new EnaTxQueue(new TxQueueSetup("mirror", 0, ring, txCounters), context);
        rx.prepare();
        tx.prepare();
        rx.connect(RX_DOORBELL, UNMASK);
        tx.connect(TX_DOORBELL, 0);
        rx.fill();
        device = device(llq, ring, false);
    }

    /** A device on the same rings that does the same work without a driver on the other side. */
    MirrorDevice deviceAlone(Optional<LlqPlan> llq, int ring) {
        return device(llq, ring, true);
    }

    private MirrorDevice device(Optional<LlqPlan> llq, int ring, boolean trusting) {
        return new MirrorDevice(registers, memory(rx.sqIova()), memory(rx.cqIova()),
            llq.isPresent() ? deviceMemory : memory(tx.sqIova()), memory(tx.cqIova()),
            llq.map(LlqPlan::entryBytes).orElse(TxDescriptor.BYTES), ring, trusting);
    }

    private DmaMemory memory(long iova) {
        return dma.live().stream().filter(each -> each.iova() == iova).findFirst().orElseThrow();
    }

    /** The device writes no packets: each buffer has one already, where the device would have put it. */
    private void fillBuffers() {
        NetBuf[] all = new NetBuf[pool.size()];
        pool.allocate(all, 0, all.length);
        for (NetBuf buffer : all) {
            buffer.append(FRAME);
            buffer.putLong(0, 0x0200_0000_0001_0200L);
            buffer.putLong(8, 0x0000_0002_0800_4500L);
            buffer.putLong(16, 0x0032_0000_4000_4011L);
            buffer.putLong(24, 0x0000_0a00_0001_0a00L);
            buffer.putLong(32, 0x0002_1000_2000_001eL);
        }
        NetBufPool.free(all, 0, all.length);
    }

    /** One burst in, the same burst out. */
    void forward() {
        for (int i = 0; i < burst; i++) {
            device.receive(traffic == Traffic.MIXED && (i & 3) == 3 ? 2 : 1, FRAME, FLAGS);
        }
        int received = BurstStatus.count(rx.poll(packets, 0, burst));
        if (traffic == Traffic.MIXED) {
            ask(received);
        }
        int sent = BurstStatus.count(tx.submit(packets, 0, received));
        if (received != burst || sent != burst || device.transmit() != burst) {
            throw new IllegalStateException("the circle broke: received " + received + ", sent " + sent);
        }
        forwarded += sent;
    }

    private void ask(int count) {
        lastFlags = packets[0].flags();
        for (int i = 1; i < count; i += 4) {
            packets[i].setFlags(NetBuf.TX_IPV4 | REQUESTS);
            packets[i].headerLengths(14, 20, 8);
        }
    }

    /** Packets given to the transmit queue. */
    long forwarded() {
        return forwarded;
    }

    /** Packets that the transmit queue knows to be sent, once all completions are taken. */
    long sent() {
        tx.reap(Integer.MAX_VALUE);
        return txCounters.packets;
    }

    /** Flags of the first packet of the last burst of mixed traffic. */
    int lastFlags() {
        return lastFlags;
    }

    @Override
    public void close() {
        rx.drain();
        tx.drain();
        rx.release();
        tx.release();
        pool.close();
        dma.close();
        platform.close();
        registers.close();
        deviceMemory.close();
    }
}
