package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;

/**
 * The data side of an ENA device.
 *
 * <p><b>Threads.</b> {@link #doorbell}, {@link #llqWrite} and {@link #unmask} are called by the threads of drivers, several at once;
 * all else is the device's thread. Allocates nothing but in the calls that create queues.
 */
public final class EnaIo {
    /** BAR2 bytes of each low-latency queue. */
    public static final int LLQ_BYTES = 256 * 1024;

    private final DeviceHost host;
    private final EnaSettings settings;
    private final IoCounters counters = new IoCounters();
    private Trouble trouble = (what, transmit, index) -> { };

    /** One without queues. */
    public EnaIo(DeviceHost host, EnaSettings settings) {
        this.host = host;
        this.settings = settings;
    }

    /** Is told when a queue stops because of what the driver did or the bus answered. On the device's thread. */
    @FunctionalInterface
    public interface Trouble {
        /**
         * @param what     what happened, a constant
         * @param transmit the queue's direction
         * @param index    of the submission queue
         */
        void halted(String what, boolean transmit, int index);
    }

    /** What came of the creation of a queue: index and offset count with {@link AdminStatus#SUCCESS} only. */
    public record Created(AdminStatus status, int index, long llqOffset) {
    }

    /** Names who is told about queues that stop. */
    public void onTrouble(Trouble listener) {
        trouble = listener;
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
        return new Created(AdminStatus.UNSUPPORTED_OPCODE, 0, 0);
    }

    /**
     * CREATE_SQ.
     *
     * @param transmit  direction
     * @param inDevice  true for a ring in BAR2; {@code iova} then counts for nothing
     * @param cqIndex   of the completion queue, which serves one submission queue
     * @param depth     entries, a power of two
     * @param iova      of the ring
     */
    public Created createSq(boolean transmit, boolean inDevice, int cqIndex, int depth, long iova) {
        return new Created(AdminStatus.UNSUPPORTED_OPCODE, 0, 0);
    }

    /** DESTROY_SQ: it moves nothing from now on. What it had not completed is forgotten. */
    public AdminStatus destroySq(boolean transmit, int index) {
        return AdminStatus.ILLEGAL_PARAMETER;
    }

    /** DESTROY_CQ; {@link AdminStatus#RESOURCE_BUSY} while a submission queue completes there. */
    public AdminStatus destroyCq(int index) {
        return AdminStatus.ILLEGAL_PARAMETER;
    }

    /** True if there is a receive submission queue of this index: what an indirection table may name. */
    public boolean isRxQueue(int sqIndex) {
        return false;
    }

    /** A write to the doorbell of a submission queue: its free-running tail, of which 16 bits count. Any thread. */
    public void doorbell(int sqIndex, int tail) {
        counters.strayWrites++;
    }

    /** A write to BAR2. Any thread. */
    public void llqWrite(long offset, int width, long value) {
        counters.strayWrites++;
    }

    /** A write to the interrupt control register of a completion queue. Any thread. */
    public void unmask(int cqIndex, int value) {
        counters.strayWrites++;
    }

    /** Makes what was written to the settings count. */
    public void settingsChanged() {
        counters.malformed += 0;
    }

    /** As {@link DeviceModel#step()}, for packets. */
    public boolean step() {
        return false;
    }

    /** As {@link DeviceModel#nextDueNanos()}, for packets. */
    public long nextDueNanos() {
        return DeviceModel.NEVER;
    }

    /** Forgets all queues, and counts from zero; settings stay. */
    public void reset() {
    }

    /** What was counted. */
    public IoCounters counters() {
        return counters;
    }
}
