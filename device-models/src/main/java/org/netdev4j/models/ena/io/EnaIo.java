package org.netdev4j.models.ena.io;

import java.util.StringJoiner;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;

/**
 * The data side of an ENA device.
 *
 * <p><b>Threads.</b> {@link #doorbell}, {@link #llqWrite} and {@link #unmask} are called by the threads of drivers,
 * several at once; all else is the device's thread. Allocates nothing but in the calls that create queues and in {@link
 * #settingsChanged()}.
 */
public final class EnaIo implements AutoCloseable {
    private static final int LEAST_WINDOW = 256 * 1024;
    private static final int WIDEST_ENTRY = 256;
    // Packets that one step moves at most, each way, and that a queue may send before the next one's turn.
    private static final int STEP_BUDGET = 64;
    private static final int QUANTUM = 8;

    private final IoContext io;
    private final QueueTable queues;
    private final QueueFactory factory;
    private final Allowances allowances;
    private final TxEngine tx;
    private final RxEngine rx;
    private int nextTx;

    /** One without queues, with the settings as they are. */
    public EnaIo(DeviceHost host, EnaSettings settings) {
        io = new IoContext(host, settings);
        queues = new QueueTable(io.random.nextInt(QueueTable.MOST), io.random.nextInt(QueueTable.MOST));
        factory = new QueueFactory(io, queues);
        allowances = new Allowances(io);
        tx = new TxEngine(io, allowances);
        rx = new RxEngine(io, queues, allowances);
        settingsChanged();
    }

    /** Is told when a queue stops because of what the driver did or the bus answered. On the device's thread. */
    @FunctionalInterface
    public interface Trouble {
        /**
         * Takes note; must not create or destroy queues.
         *
         * @param what     what happened, a constant
         * @param transmit the queue's direction
         * @param index    of the submission queue
         */
        void halted(String what, boolean transmit, int index);
    }

    /** What came of the creation of a queue: index and offset count with {@link AdminStatus#SUCCESS} only. */
    public record Created(AdminStatus status, int index, long llqOffset) {
    }

    /** BAR2 bytes of each low-latency queue of a device whose deepest has so many entries; a power of two. */
    public static int llqWindow(int depth) {
        return Math.max(LEAST_WINDOW, depth * WIDEST_ENTRY);
    }

    /** Names who is told about queues that stop. */
    public void onTrouble(Trouble listener) {
        io.trouble = listener;
    }

    /**
     * CREATE_CQ.
     *
     * @param interrupts the queue's interrupt mode
     * @param vector     MSI-X vector; of no meaning without interrupts
     * @param entryWords bytes of an entry in words of 4: 2 or 4 for transmit, 4 or 8 for receive
     * @param depth      entries, a power of two
     * @param iova       of the ring
     */
    public Created createCq(boolean interrupts, int vector, int entryWords, int depth, long iova) {
        return factory.createCq(interrupts, vector, entryWords, depth, iova);
    }

    /**
     * CREATE_SQ.
     *
     * @param transmit direction
     * @param inDevice true for a ring in BAR2; {@code iova} then counts for nothing
     * @param cqIndex  of the completion queue, which serves one submission queue
     * @param depth    entries, a power of two
     * @param iova     of the ring
     */
    public Created createSq(boolean transmit, boolean inDevice, int cqIndex, int depth, long iova) {
        return factory.createSq(transmit, inDevice, cqIndex, depth, iova);
    }

    /** DESTROY_SQ: it moves nothing from now on. What it had not completed is forgotten. */
    public AdminStatus destroySq(boolean transmit, int index) {
        SubmissionQueue queue = queues.sq(index);
        if (queue == null || queue.transmit() != transmit) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        forget(queue);
        factory.destroy(queue);
        return AdminStatus.SUCCESS;
    }

    private void forget(SubmissionQueue queue) {
        switch (queue) {
            case TxQueue one -> tx.forget(one);
            case RxQueue one -> rx.forget(one);
        }
    }

    /** DESTROY_CQ; {@link AdminStatus#RESOURCE_BUSY} while a submission queue completes there. */
    public AdminStatus destroyCq(int index) {
        return factory.destroyCq(index);
    }

    /** True if there is a receive submission queue of this index: what an indirection table may name. */
    public boolean isRxQueue(int sqIndex) {
        return queues.rx(sqIndex) != null;
    }

    /**
     * The index of a submission queue, which is the place of its faults.
     *
     * @param number how many of its direction were created before it, of those there are
     * @return the index, or -1
     */
    public int indexOf(boolean transmit, int number) {
        SubmissionQueue queue = transmit ? number >= 0 && number < queues.txCount() ? queues.txByNumber(number) : null
            : queues.rxByNumber(number);
        return queue == null ? -1 : queue.index();
    }

    /** A write to the doorbell of a submission queue: its free-running tail, of which 16 bits count. Any thread. */
    public void doorbell(int sqIndex, int tail) {
        SubmissionQueue queue = queues.sq(sqIndex);
        if (queue == null) {
            io.counters.strayWrites++;
        } else {
            queue.doorbell(tail);
        }
    }

    /** A write to BAR2. Any thread. */
    public void llqWrite(long offset, int width, long value) {
        if (!factory.llq().write(offset, width, value)) {
            io.counters.strayWrites++;
        }
    }

    /** A write to the interrupt control register of a completion queue. Any thread. */
    public void unmask(int cqIndex, int value) {
        CompletionQueue queue = queues.cq(cqIndex);
        if (queue == null || queue.vector() == null) {
            io.counters.strayWrites++;
        } else {
            queue.vector().write(value);
        }
    }

    /**
     * Makes what was written to the settings count. Low-latency queues that exist keep what was in force at their creation.
     */
    public void settingsChanged() {
        allowances.update();
        rx.update();
    }

    /** As {@link DeviceModel#step()}, for packets: some of each queue, in turn. */
    public boolean step() {
        boolean worked = transmit();
        worked |= rx.run(STEP_BUDGET) != 0;
        for (int i = 0; i < queues.txCount(); i++) {
            worked |= queues.txByNumber(i).flushDue();
        }
        for (int i = 0; i < queues.cqCount(); i++) {
            worked |= queues.cqByNumber(i).releaseDue();
        }
        for (int i = 0; i < queues.cqCount(); i++) {
            InterruptVector vector = queues.cqByNumber(i).vector();
            worked |= vector != null && vector.poll();
        }
        return worked;
    }

    private boolean transmit() {
        boolean worked = tx.isBlocked() && tx.resume();
        int budget = STEP_BUDGET;
        int count = queues.txCount();
        int idle = 0;
        while (idle < count && budget > 0 && !tx.isBlocked()) {
            nextTx = nextTx + 1 < count ? nextTx + 1 : 0;
            TxQueue queue = queues.txByNumber(nextTx);
            int sent = queue.hasWork() ? tx.run(queue, Math.min(budget, QUANTUM)) : 0;
            budget -= sent;
            idle = sent == 0 ? idle + 1 : 0;
            worked |= sent != 0;
        }
        return worked;
    }

    /** As {@link DeviceModel#nextDueNanos()}, for packets. */
    public long nextDueNanos() {
        long due = earlier(tx.nextDueNanos(), rx.nextDueNanos());
        for (int i = 0; i < queues.txCount(); i++) {
            due = earlier(due, queues.txByNumber(i).nextDueNanos());
        }
        for (int i = 0; i < queues.cqCount(); i++) {
            CompletionQueue queue = queues.cqByNumber(i);
            due = earlier(due, queue.nextDueNanos());
            due = queue.vector() == null ? due : earlier(due, queue.vector().nextDueNanos());
        }
        return due;
    }

    private static long earlier(long a, long b) {
        if (a == DeviceModel.NEVER || b == DeviceModel.NEVER) {
            return a == DeviceModel.NEVER ? b : a;
        }
        return a - b < 0 ? a : b;
    }

    /** Forgets all queues, and counts from zero; settings stay. */
    public void reset() {
        while (queues.txCount() != 0) {
            TxQueue queue = queues.txByNumber(queues.txCount() - 1);
            tx.forget(queue);
            factory.destroy(queue);
        }
        while (queues.rxCount() != 0) {
            RxQueue queue = queues.rxByNumber(queues.rxCount() - 1);
            rx.forget(queue);
            factory.destroy(queue);
        }
        while (queues.cqCount() != 0) {
            factory.destroyCq(queues.cqByNumber(queues.cqCount() - 1).index());
        }
        io.counters.clear();
    }

    /** The queues in lines for people: how far the driver and the device are in each. */
    public String describe() {
        StringJoiner lines = new StringJoiner("\n");
        lines.setEmptyValue("there are no queues");
        for (int i = 0; i < queues.txCount(); i++) {
            TxQueue queue = queues.txByNumber(i);
            lines.add(queue.describe(queue.ring().head()) + (queue.ring().mostHeader() == 0 ? ", in the host" : ", in the device"));
        }
        for (int i = 0; i < queues.rxCount(); i++) {
            RxQueue queue = queues.rxByNumber(i);
            lines.add(queue.describe(queue.fetchHead()) + ", " + queue.atHand() + " buffers at hand");
        }
        return lines.toString();
    }

    /** What was counted. */
    public IoCounters counters() {
        return io.counters;
    }

    /**
     * Frees the device's buffers. Nothing but {@link #doorbell}, {@link #llqWrite} and {@link #unmask} may be called any
     * more.
     */
    @Override
    public void close() {
        reset();
        tx.close();
        rx.close();
        factory.close();
    }
}
