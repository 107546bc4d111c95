package org.netdev4j.api.decorate;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.platform.Mutex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what is done to a device and what comes of it: one line for each control call, with its arguments,
 * outcome and time taken, one for each event, and, before the next line, one for each queue that moved packets meanwhile.
 *
 * <pre>
 *  0.000213 loopback: configure(rx=1 tx=1 offloads=standard) ok, CONFIGURED, 85 us
 *  0.001402 loopback: setMtu(70) threw InvalidConfigurationException: loopback:: MTUs are 68 to ..., CONFIGURED, 31 us
 *  2.104377 loopback: tx0: 31 bursts, 2 idle, 960 packets, 61440 bytes, largest 32, MORE 29, UNDERRUN 2
 *  2.104380 loopback: event LinkChanged[link=down]
 * </pre>
 *
 * <p>Times are seconds since tracing began, by the platform's clock: on a virtual clock two runs of the same give the
 * same text. Bursts are counted without allocation or lock, at the cost of reading each packet's length.
 *
 * <p>Threads: as any device; lines are written whole. If the text cannot be written tracing ends, with a warning in the log.
 */
public final class TracingNetDev extends ForwardingNetDev {
    private static final Logger LOG = LoggerFactory.getLogger(TracingNetDev.class);
    private static final int LONGEST_VALUE = 160;

    private final Appendable out;
    private final Mutex writing;
    private final long begin;
    private final List<BurstTally> tallies = new CopyOnWriteArrayList<>();
    private boolean broken;

    /**
     * Traces a device.
     *
     * @param inner the device, open
     * @param out   where lines go; stays the caller's and is not closed
     */
    public TracingNetDev(NetDev inner, Appendable out) {
        super(inner);
        this.out = out;
        this.writing = inner.platform().newMutex("trace of " + inner.name());
        this.begin = inner.platform().clock().nanoTime();
        inner.addListener(this::event);
    }

    private void event(DeviceEvent event) {
        line("event " + event);
    }

    /** Writes what the queues did since the last line. */
    public void summarise() {
        writing.lock();
        try {
            for (BurstTally tally : tallies) {
                if (tally.hasNews()) {
                    append(tally.summary());
                }
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    protected <T> T call(String operation, Supplier<T> inward, Object... arguments) {
        String text = operation.substring(0, operation.length() - 1) + describe(arguments) + ")";
        long before = platform().clock().nanoTime();
        try {
            T result = inward.get();
            line(text + (result == null ? " ok" : " gave " + describe(result)) + outcome(before));
            return result;
        } catch (RuntimeException | Error e) {
            line(text + " threw " + e.getClass().getSimpleName() + ": " + e.getMessage() + outcome(before));
            throw e;
        }
    }

    private String outcome(long before) {
        return ", " + state() + ", " + (platform().clock().nanoTime() - before) / 1000 + " us";
    }

    private static String describe(Object... values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(text.isEmpty() ? "" : ", ").append(describe(value));
        }
        return text.toString();
    }

    /** The values of the API in the words of a trace; long ones are cut. */
    private static String describe(Object value) {
        String text = switch (value) {
            case DeviceConfig c -> "rx=" + c.rxQueues() + " tx=" + c.txQueues() + " offloads="
                + c.offloads().map(Object::toString).orElse("standard");
            case RxQueueConfig c -> "ring=" + ring(c.ringSize()) + " pool=" + c.pool().map(NetBufPool::name).orElse("own")
                + (c.interrupts() ? " interrupts" : "");
            case TxQueueConfig c -> "ring=" + ring(c.ringSize());
            case RxQueue q -> "receive queue " + q.index() + " ring=" + q.ringSize() + " pool=" + q.pool().name();
            case TxQueue q -> "transmit queue " + q.index() + " ring=" + q.ringSize();
            case Map<?, ?> m -> m.size() + " values";
            case Collection<?> c -> c.stream().map(String::valueOf).sorted().toList().toString();
            default -> String.valueOf(value);
        };
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    private static String ring(int size) {
        return size == 0 ? "standard" : Integer.toString(size);
    }

    private void line(String text) {
        writing.lock();
        try {
            summarise();
            append(text);
        } finally {
            writing.unlock();
        }
    }

    private void append(String text) {
        if (broken) {
            return;
        }
        double seconds = (platform().clock().nanoTime() - begin) / 1e9;
        try {
            out.append(String.format(Locale.ROOT, "%9.6f %s %s%n", seconds, name(), text));
        } catch (IOException e) {
            broken = true;
            LOG.warn("{}: tracing ends: {}", name(), e.getMessage());
        }
    }

    @Override
    protected RxQueue wrap(RxQueue queue) {
        return new TracingRxQueue(queue, begin(new BurstTally("rx" + queue.index())));
    }

    @Override
    protected TxQueue wrap(TxQueue queue) {
        return new TracingTxQueue(queue, begin(new BurstTally("tx" + queue.index())));
    }

    /** Adds a queue, in the place of the one that had its number before. */
    private BurstTally begin(BurstTally tally) {
        summarise();
        tallies.removeIf(other -> other.queue().equals(tally.queue()));
        tallies.add(tally);
        return tally;
    }
}
