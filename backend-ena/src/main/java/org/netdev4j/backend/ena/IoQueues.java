package org.netdev4j.backend.ena;

import java.util.ArrayDeque;
import java.util.Deque;
import org.netdev4j.backend.ena.AdminCommand.CreateCompletionQueue;
import org.netdev4j.backend.ena.AdminCommand.CreateSubmissionQueue;
import org.netdev4j.backend.ena.AdminCommand.DestroyCompletionQueue;
import org.netdev4j.backend.ena.AdminCommand.DestroySubmissionQueue;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateCqReply;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.CreateSqReply;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.platform.mmio.Mmio;

/**
 * The queues that the device has made: completion queue first, submission queue bound to it; ended in the opposite
 * order [AMZN ena_com.c, ena_com_create_io_queue, ena_com_destroy_io_queue].
 *
 * <p>For the control path, one call at a time.
 */
final class IoQueues {
    private final EnaDevice device;
    // Newest first.
    private final Deque<AdminCommand<Boolean>> undo = new ArrayDeque<>();

    IoQueues(EnaDevice device) {
        this.device = device;
    }

    /** Has the device make a transmit queue that is prepared. */
    void create(EnaTxQueue queue, QueueTerms terms) {
        boolean inDevice = terms.llq().isPresent();
        CreateCqReply cq = createCq(queue.cqIova(), queue.cqDepth(), queue.cqEntryBytes(), CreateCq.NO_VECTOR);
        CreateSqReply sq = createSq(CreateSq.TX, inDevice ? CreateSq.PLACEMENT_DEVICE : CreateSq.PLACEMENT_HOST, cq,
            queue.sqDepth(),
            queue.sqIova());
        if (inDevice) {
            requireLlq(sq, (long) queue.sqDepth() * terms.llq().get().entryBytes(), terms.llqMemory().orElseThrow());
        }
        queue.connect(sq.doorbellOffset(), sq.llqDescriptorsOffset());
    }

    /**
     * Has the device make a receive queue that is prepared.
     *
     * @return the device's number of the submission queue, which the RSS table holds
     */
    int create(EnaRxQueue queue) {
        int vector = queue.hasInterrupts() ? EnaPci.VECTOR_FIRST_IO + queue.index() : CreateCq.NO_VECTOR;
        CreateCqReply cq = createCq(queue.cqIova(), queue.cqDepth(), queue.cqEntryBytes(), vector);
        if (queue.hasInterrupts()) {
            requireRegister("interrupt control", cq.unmaskOffset());
        }
        CreateSqReply sq = createSq(CreateSq.RX, CreateSq.PLACEMENT_HOST, cq, queue.sqDepth(), queue.sqIova());
        queue.connect(sq.doorbellOffset(), cq.unmaskOffset());
        return sq.index();
    }

    private CreateCqReply createCq(long iova, int depth, int entryBytes, int vector) {
        requireReachable("completion ring", iova, (long) depth * entryBytes);
        // The reference drivers set the flag also for queues without a vector [AMZN ena_com.c, ena_com_create_io_cq].
        CreateCqReply reply = device.admin().execute(new CreateCompletionQueue(
            new CreateCq(CreateCq.INTERRUPT_MODE, entryBytes / Integer.BYTES, depth, vector, iova)));
        undo.push(new DestroyCompletionQueue(reply.index()));
        if (reply.actualDepth() != depth) {
            throw new EnaFault("the device made a completion queue of " + reply.actualDepth() + " entries; " + depth
                + " were asked for");
        }
        return reply;
    }

    private CreateSqReply createSq(int direction, int placement, CreateCqReply cq, int depth, long iova) {
        requireReachable("submission ring", iova, 0);
        CreateSqReply reply = device.admin().execute(new CreateSubmissionQueue(
            CreateSq.of(direction, placement, cq.index(), depth, iova)));
        undo.push(new DestroySubmissionQueue(reply.index(), direction));
        requireRegister("doorbell", reply.doorbellOffset());
        return reply;
    }

    private void requireReachable(String what, long iova, long size) {
        if ((iova + size) >>> device.dmaWidth() != 0) {
            throw new EnaFault("a " + what + " lies at 0x" + Long.toHexString(iova) + ", and the device drives addresses of "
                + device.dmaWidth() + " bits");
        }
    }

    /** What the device says of its registers is used on the data path, where nothing is checked any more. */
    private void requireRegister(String what, int offset) {
        Mmio bar = device.bar();
        long at = offset & 0xffff_ffffL;
        if ((at & 3) != 0 || at > bar.size() - 4 || EnaRegister.at(at) != null) {
            throw new EnaFault("the device puts a queue's " + what + " at 0x" + Long.toHexString(at) + " of a BAR of 0x"
                + Long.toHexString(bar.size()) + " bytes, where it cannot be");
        }
    }

    private static void requireLlq(CreateSqReply sq, long bytes, Mmio memory) {
        long at = sq.llqDescriptorsOffset() & 0xffff_ffffL;
        if ((at & 7) != 0 || at > memory.size() - bytes) {
            throw new EnaFault("the device puts a low-latency queue of " + bytes + " bytes at 0x" + Long.toHexString(at)
                + " of its 0x" + Long.toHexString(memory.size()) + " bytes of memory");
        }
    }

    /**
     * Has the device end all queues.
     *
     * @return an empty text; or, if it did not, why: it may still use their memory
     */
    String destroyAll() {
        String failure = "";
        while (!undo.isEmpty() && failure.isEmpty()) {
            try {
                device.admin().execute(undo.pop());
            } catch (AdminFailure e) {
                failure = e.getMessage();
            }
        }
        undo.clear();
        return failure;
    }

    /** The device has been reset, and has no queues any more. */
    void forget() {
        undo.clear();
    }

    /** Queues that the device has, of both kinds. */
    int count() {
        return undo.size();
    }
}
