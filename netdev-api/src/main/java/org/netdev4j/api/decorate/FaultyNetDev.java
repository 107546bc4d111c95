package org.netdev4j.api.decorate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.Link;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.decorate.FaultDice.Fault;
import org.netdev4j.platform.Suggest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device on which things go wrong: packets are lost, doubled, damaged and reordered with given probabilities;
 * control calls fail when told to; the link goes away and comes back. For testing what is above.
 *
 * <p>Faults of packets are decided by a seed, each queue and direction by itself: the same packets suffer the same
 * faults in every run, however threads interleave. The device inside works as ever and counts as ever: a packet lost
 * here was received there.
 *
 * <p>Threads: as any device; {@link #failNext}, {@link #cutLink} and {@link #restoreLink} may be called by any.
 */
public final class FaultyNetDev extends ForwardingNetDev {
    // What can be made to fail: everything that talks to a device. close() is not among them: it never fails.
    private static final List<String> CALLS = List.of("configure()", "unconfigure()", "setupRxQueue()",
    "setupTxQueue()", "start()",
        "stop()", "reset()", "setMacAddress()", "setMtu()", "setPromiscuous()", "setAllMulticast()", "setMulticastFilter()",
        "setUnicastFilter()", "setVlanFilter()", "setOffload()", "setRss()", "setCoalescing()", "link()",
        "setLinkUp()", "statistics()",
        "extendedStatistics()", "clearStatistics()", "advice()");
    private static final long SEED_STEP = 1_000_003;
    private static final Logger LOG = LoggerFactory.getLogger(FaultyNetDev.class);

    private final PacketFaults rxFaults;
    private final PacketFaults txFaults;
    private final long seed;
    private final Map<String, Integer> failing = new ConcurrentHashMap<>();
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<FaultyRxQueue> rx = new CopyOnWriteArrayList<>();
    private final List<FaultyTxQueue> tx = new CopyOnWriteArrayList<>();
    private final List<FaultDice> rxDice = new CopyOnWriteArrayList<>();
    private final List<FaultDice> txDice = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    /**
     * Spoils a device.
     *
     * @param inner    the device, open
     * @param rxFaults what happens to received packets
     * @param txFaults what happens to packets to be sent
     * @param seed     decides which
     */
    public FaultyNetDev(NetDev inner, PacketFaults rxFaults, PacketFaults txFaults, long seed) {
        super(inner);
        this.rxFaults = rxFaults;
        this.txFaults = txFaults;
        this.seed = seed;
        inner.addListener(this::event);
    }

    // ---- control calls

    /**
     * Makes the next calls of a kind fail with {@link DeviceFaultException}, without reaching the device.
     *
     * @param call  the method, as error messages write it: {@code start()}
     * @param times how often; 0 to let it work again
     * @throws IllegalArgumentException if there is no such call that can fail
     */
    public void failNext(String call, int times) {
        if (!CALLS.contains(call)) {
            throw new IllegalArgumentException("\"" + call + "\" is no call that can be made to fail; there are "
                + String.join(", ", CALLS)
                + Suggest.didYouMean(call, CALLS));
        }
        if (times <= 0) {
            failing.remove(call);
        } else {
            failing.put(call, times);
        }
    }

    @Override
    protected <T> T call(String operation, Supplier<T> inward, Object... arguments) {
        boolean[] fails = new boolean[1];
        failing.computeIfPresent(operation, (call, times) -> {
            fails[0] = true;
            return times == 1 ? null : times - 1;
        });
        if (fails[0]) {
            throw new DeviceFaultException(name(), operation + " failed: a fault was injected");
        }
        if (operation.equals("close()")) {
            // Before the device's own pools are gone.
            dropHeld();
        }
        T result = inward.get();
        if (operation.equals("stop()") || operation.equals("reset()")) {
            dropHeld();
        }
        return result;
    }

    private void dropHeld() {
        rx.forEach(FaultyRxQueue::drop);
        tx.forEach(FaultyTxQueue::drop);
    }

    // ---- packets

    @Override
    protected RxQueue wrap(RxQueue queue) {
        FaultDice dice = dice(rxFaults, queue.index(), 0);
        FaultyRxQueue made = new FaultyRxQueue(queue, this, dice);
        rx.removeIf(other -> other.index() == made.index());
        rx.add(made);
        rxDice.add(dice);
        return made;
    }

    @Override
    protected TxQueue wrap(TxQueue queue) {
        FaultDice dice = dice(txFaults, queue.index(), 1);
        FaultyTxQueue made = new FaultyTxQueue(queue, this, dice);
        tx.removeIf(other -> other.index() == made.index());
        tx.add(made);
        txDice.add(dice);
        return made;
    }

    private FaultDice dice(PacketFaults faults, int index, int direction) {
        return new FaultDice(faults, seed * SEED_STEP + index * 2L + direction);
    }

    /** Faults done so far, by name: {@code rx_drop}, {@code tx_corrupt}. Any thread; some packets old. */
    public Map<String, Long> injected() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Fault fault : Fault.values()) {
            if (fault != Fault.NONE) {
                String name = fault.name().toLowerCase(Locale.ROOT);
                all.put("rx_" + name, rxDice.stream().mapToLong(dice -> dice.count(fault)).sum());
                all.put("tx_" + name, txDice.stream().mapToLong(dice -> dice.count(fault)).sum());
            }
        }
        return all;
    }

    // ---- link

    /** Takes the link away: it is down, listeners are told, and packets are lost in both directions. */
    public void cutLink() {
        if (!cut) {
            cut = true;
            tell(new DeviceEvent.LinkChanged(Link.DOWN));
        }
    }

    /** Gives the link back, as it is at the device. Not from a listener. */
    public void restoreLink() {
        if (cut) {
            cut = false;
            tell(new DeviceEvent.LinkChanged(inner().link()));
        }
    }

    boolean isLinkCut() {
        return cut;
    }

    @Override
    public Link link() {
        Link real = super.link();
        return cut ? Link.DOWN : real;
    }

    private void event(DeviceEvent event) {
        if (!(cut && event instanceof DeviceEvent.LinkChanged)) {
            tell(event);
        }
    }

    private void tell(DeviceEvent event) {
        if (state() == DeviceState.CLOSED) {
            return;
        }
        for (Consumer<DeviceEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("{}: a listener failed on {}", name(), event, e);
            }
        }
    }

    @Override
    public void addListener(Consumer<DeviceEvent> listener) {
        if (state() == DeviceState.CLOSED) {
            inner().addListener(listener);
        }
        listeners.add(listener);
    }

    @Override
    public void removeListener(Consumer<DeviceEvent> listener) {
        listeners.remove(listener);
    }
}
