package org.netdev4j.api;

import java.util.Objects;
import java.util.function.Supplier;
import org.netdev4j.platform.AsymmetricBarrier;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/**
 * The queues of a device's configuration. Made and given up on the control path, one call at a time; {@link
 * #alignGates} may be called by any thread at any moment, and needs no order: the gates follow the device's state, not
 * the calls.
 */
final class QueueBank {
    private static final int SMALLEST_OWN_POOL = 1024;
    private static final int PATIENCE_MILLIS = 10_000;

    private final String device;
    private final Platform platform;
    private final DeviceOps ops;
    private final DriverCalls driver;
    private final SettingsRules rules;
    private final CounterBoard counters;
    private final Supplier<QueueGate> state;
    // Guards the arrays' contents and the order of gate changes; held for some stores only.
    private final Mutex gates;
    private RxQueue[] rx = {};
    private TxQueue[] tx = {};
    private NetBufPool[] ownPools = {};

    QueueBank(DriverContext context, DeviceOps ops, DriverCalls driver, SettingsRules rules, CounterBoard counters,
              Supplier<QueueGate> state) {
        this.device = context.device();
        this.platform = context.platform();
        this.ops = ops;
        this.driver = driver;
        this.rules = rules;
        this.counters = counters;
        this.state = state;
        this.gates = platform.newMutex(device + " gates");
    }

    /** Room for the queues of a configuration; there are none before. */
    void resize(int rxQueues, int txQueues) {
        gates.lock();
        try {
            rx = new RxQueue[rxQueues];
            tx = new TxQueue[txQueues];
            ownPools = new NetBufPool[rxQueues];
        } finally {
            gates.unlock();
        }
    }

    int rxCount() {
        return rx.length;
    }

    /** A queue that may be null: not set up. */
    RxQueue rx(int index) {
        requireIndex("receive", index, rx.length);
        return rx[index];
    }

    /** A queue that may be null: not set up. */
    TxQueue tx(int index) {
        requireIndex("transmit", index, tx.length);
        return tx[index];
    }

    private void requireIndex(String kind, int index, int count) {
        if (index < 0 || index >= count) {
            throw rules.invalid("there is no " + kind + " queue " + index + ": " + count + " configured");
        }
    }

    /** Brings all gates to what the device's state asks for. */
    void alignGates() {
        gates.lock();
        try {
            QueueGate gate = state.get();
            for (RxQueue queue : rx) {
                if (queue != null) {
                    queue.gate(gate);
                }
            }
            for (TxQueue queue : tx) {
                if (queue != null) {
                    queue.gate(gate);
                }
            }
        } finally {
            gates.unlock();
        }
    }

    /**
     * Waits until no thread is inside a queue; the gates are shut.
     *
     * @throws DeviceFaultException if one does not come back: its driver waits where it must not
     */
    void awaitQuiet() {
        if (rx.length + tx.length == 0) {
            return;
        }
        AsymmetricBarrier.heavy();
        // Real time, also for a virtual clock's platform: it is threads that are waited for.
        Deadline patience = Deadline.afterMillis(Clock.system(), PATIENCE_MILLIS);
        for (RxQueue queue : rx) {
            awaitQuiet(queue, "receive", patience);
        }
        for (TxQueue queue : tx) {
            awaitQuiet(queue, "transmit", patience);
        }
    }

    private void awaitQuiet(QueueUse queue, String kind, Deadline patience) {
        while (queue != null && queue.inUse()) {
            if (patience.expired()) {
                throw new DeviceFaultException(device, "a thread has been inside a " + kind + " queue for "
                    + PATIENCE_MILLIS / 1000 + " s and does not come back; nothing that the queue holds can be touched");
            }
            Thread.yield();
        }
    }

    RxQueue setUpRx(int index, RxQueueConfig wanted, DeviceSettings settings) {
        requireIndex("receive", index, rx.length);
        int size = rules.ringSize("receive", wanted.ringSize(), rules.info().rxRing());
        if (wanted.interrupts()) {
            rules.require(Capability.RX_INTERRUPT, "setupRxQueue() with interrupts");
        }
        wanted.pool().ifPresent(pool -> rules.pool(index, pool, platform));
        WaitEvent event = wanted.interrupts() ? wanted.event().orElseGet(platform::newWaitEvent) : null;
        discardRx(index);
        NetBufPool pool = wanted.pool().orElseGet(() -> ownPool(index, size, settings));
        RxQueueSetup setup = new RxQueueSetup(device, index, size, pool, wanted.interrupts(), event, counters.rx(index));
        RxQueue made = driver.step("setupRxQueue()",
            () -> Objects.requireNonNull(ops.newRxQueue(setup), "newRxQueue() gave null"));
        put(rx, index, made);
        return made;
    }

    TxQueue setUpTx(int index, TxQueueConfig wanted) {
        requireIndex("transmit", index, tx.length);
        int size = rules.ringSize("transmit", wanted.ringSize(), rules.info().txRing());
        discardTx(index);
        TxQueueSetup setup = new TxQueueSetup(device, index, size, counters.tx(index));
        TxQueue made = driver.step("setupTxQueue()",
            () -> Objects.requireNonNull(ops.newTxQueue(setup), "newTxQueue() gave null"));
        put(tx, index, made);
        return made;
    }

    private <Q> void put(Q[] queues, int index, Q made) {
        gates.lock();
        try {
            queues[index] = made;
        } finally {
            gates.unlock();
        }
        alignGates();
    }

    private void discardRx(int index) {
        RxQueue old = rx[index];
        if (old != null) {
            put(rx, index, null);
            old.gate(QueueGate.REPLACED);
            driver.mustNotFail("setupRxQueue()", () -> ops.discard(old));
        }
        if (ownPools[index] != null) {
            ownPools[index].close();
            ownPools[index] = null;
        }
    }

    private void discardTx(int index) {
        TxQueue old = tx[index];
        if (old != null) {
            put(tx, index, null);
            old.gate(QueueGate.REPLACED);
            driver.mustNotFail("setupTxQueue()", () -> ops.discard(old));
        }
    }

    /** A queue's own pool: enough to fill its ring, and as much again for what applications hold. */
    private NetBufPool ownPool(int index, int ringSize, DeviceSettings settings) {
        DeviceInfo info = rules.info();
        int frame = settings.has(Capability.RX_SCATTER) ? 0 : info.maxMtu() + SettingsRules.MAX_L2;
        int room = Math.max(Math.max(frame, NetBufPool.STANDARD_DATA_ROOM), info.minRxBuffer());
        ownPools[index] = NetBufPool.builder(platform, device + " rx" + index)
            .count(Math.max(SMALLEST_OWN_POOL, 2 * ringSize))
            .dataRoom(Math.min(room, NetBufPool.MAX_CAPACITY - NetBufPool.STANDARD_HEADROOM)).build();
        return ownPools[index];
    }

    /** Sets up with the standard what is not set up, and checks that all can take the MTU. */
    void complete(DeviceSettings settings) {
        for (int i = 0; i < rx.length; i++) {
            if (rx[i] == null) {
                setUpRx(i, RxQueueConfig.STANDARD, settings);
            }
        }
        requireBuffers(settings.mtu(), settings.has(Capability.RX_SCATTER));
        for (int i = 0; i < tx.length; i++) {
            if (tx[i] == null) {
                setUpTx(i, TxQueueConfig.STANDARD);
            }
        }
    }

    /** Checks the buffers of the queues that there are against an MTU. */
    void requireBuffers(int mtu, boolean scatter) {
        for (RxQueue queue : rx) {
            if (queue != null) {
                rules.buffers(queue.index(), queue.pool(), mtu, scatter);
            }
        }
    }

    /** Forgets all queues, after the driver did; their own pools are closed. */
    void giveUp(QueueGate last) {
        RxQueue[] oldRx = rx;
        TxQueue[] oldTx = tx;
        NetBufPool[] oldPools = ownPools;
        resize(0, 0);
        for (RxQueue queue : oldRx) {
            if (queue != null) {
                queue.gate(last);
            }
        }
        for (TxQueue queue : oldTx) {
            if (queue != null) {
                queue.gate(last);
            }
        }
        for (NetBufPool pool : oldPools) {
            if (pool != null) {
                pool.close();
            }
        }
    }
}
