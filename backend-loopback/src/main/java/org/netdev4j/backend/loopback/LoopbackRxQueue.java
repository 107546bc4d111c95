package org.netdev4j.backend.loopback;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.spi.RxQueueSetup;

/** A receive queue: polling it makes the device work. */
final class LoopbackRxQueue extends RxQueue {
    // Fewer free slots than this are left until a poll finds nothing: the pool's lock is then taken once for so many
    // buffers.
    private static final int REFILL_BATCH = 32;

    private final RxRing ring;
    private final LoopbackIngress ingress;
    private final RxStats stats;
    private final Moderation moderation;
    private final boolean interrupts;
    // The pool could not fill the ring when it was last asked.
    private boolean starved;

    LoopbackRxQueue(RxQueueSetup setup, LoopbackIngress ingress, RxStats stats) {
        super(setup);
        this.ingress = ingress;
        this.stats = stats;
        ring = new RxRing(setup.ringSize(), setup.pool());
        moderation = new Moderation();
        interrupts = setup.interrupts();
    }

    RxRing ring() {
        return ring;
    }

    RxStats stats() {
        return stats;
    }

    Moderation moderation() {
        return moderation;
    }

    boolean hasInterrupts() {
        return interrupts;
    }

    /** The event of the queue's interrupt. */
    WaitEvent interruptEvent() {
        return event();
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        boolean more = false;
        if (ring.filled() < max) {
            if (ring.postedNow() == 0) {
                refill();
            }
            more = ingress.pump(this, max);
        }
        int taken = 0;
        long bytes = 0;
        for (int left = ring.filled(); taken < max && left > 0; taken++) {
            NetBuf packet = ring.take();
            into[from + taken] = packet;
            if (packet.next() == null) {
                bytes += packet.length();
                left--;
            } else {
                bytes += packet.packetLength();
                left -= packet.segments();
            }
        }
        counters.packets += taken;
        counters.bytes += bytes;
        int free = ring.free();
        if (free >= REFILL_BATCH || free > 0 && (taken == 0 || starved)) {
            refill();
        }
        return taken | (more || ring.filled() > 0 ? BurstStatus.MORE : 0) | (starved ? BurstStatus.UNDERRUN : 0);
    }

    private void refill() {
        int free = ring.free();
        int missing = ring.refill();
        starved = missing > 0;
        if (starved) {
            counters.noBuffer++;
        }
        if (missing < free) {
            counters.doorbells++;
        }
    }

    @Override
    protected boolean arm() {
        if (ring.free() > 0) {
            refill();
        }
        return ingress.arm(this);
    }

    @Override
    protected void disarm() {
        ingress.disarm(this);
    }

    /** Posts buffers, as many as the pool gives. Before the device starts. */
    void open() {
        refill();
    }

    /** Frees all buffers. After the device has stopped. */
    void clear() {
        ring.clear();
        starved = false;
    }
}
