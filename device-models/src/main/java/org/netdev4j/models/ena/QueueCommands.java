package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateCqReply;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.CreateSqReply;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.ena.io.EnaIo;

/**
 * Creation and destruction of queues [AMZN ena_com.c, ena_com_create_io_cq, ena_com_create_io_sq,
 * ena_com_destroy_io_sq].
 */
final class QueueCommands {
    private final DeviceHost host;
    private final EnaIo io;
    private final LlqFeature llq;
    private final RssFeatures rss;
    private int created;

    QueueCommands(DeviceHost host, EnaIo io, LlqFeature llq, RssFeatures rss) {
        this.host = host;
        this.io = io;
        this.llq = llq;
        this.rss = rss;
    }

    void reset() {
        created = 0;
    }

    private AdminStatus refusal() {
        if (!host.faults().happens(EnaFaults.CREATE_REFUSED, created++)) {
            return AdminStatus.SUCCESS;
        }
        AdminStatus status = AdminStatus.of((int) host.faults().value());
        return status == null || status == AdminStatus.SUCCESS ? AdminStatus.RESOURCE_ALLOCATION_FAILURE : status;
    }

    AdminStatus createCq(AdminRequest request) {
        CreateCq wanted = CreateCq.read(request.entry, 0);
        boolean interrupts = (wanted.caps1() & CreateCq.INTERRUPT_MODE) != 0 && wanted.vector() != CreateCq.NO_VECTOR;
        String asked = "depth=" + wanted.depth() + " words=" + wanted.entryWords() + " vector="
            + (interrupts ? String.valueOf(wanted.vector()) : "none");
        request.say(asked);
        AdminStatus refused = refusal();
        if (refused != AdminStatus.SUCCESS) {
            return refused;
        }
        if (!request.reaches(wanted.address())) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        EnaIo.Created made = io.createCq(interrupts, wanted.vector(), wanted.entryWords() & 0x1f, wanted.depth(),
            wanted.address());
        if (made.status() == AdminStatus.SUCCESS) {
            request.say(asked + " cq=" + made.index());
            new CreateCqReply(made.index(), wanted.depth(), EnaBars.CQ_NUMA + 4 * made.index(), 0,
                EnaBars.CQ_UNMASK + 4 * made.index()).write(request.reply, 0);
        }
        return made.status();
    }

    AdminStatus createSq(AdminRequest request) {
        CreateSq wanted = CreateSq.read(request.entry, 0);
        boolean transmit = wanted.direction() == CreateSq.TX;
        boolean inDevice = wanted.placement() == CreateSq.PLACEMENT_DEVICE;
        String asked = (transmit ? "TX" : "RX") + " depth=" + wanted.depth() + " cq=" + wanted.cqIndex()
            + (inDevice ? " in the device" : " in the host");
        request.say(asked);
        AdminStatus refused = refusal();
        if (refused != AdminStatus.SUCCESS) {
            return refused;
        }
        // Only the placements and the policy that drivers use exist here; receive queues lie in the host always.
        if (!transmit && wanted.direction() != CreateSq.RX || inDevice && (!transmit || !llq.configured())
            || !inDevice && (wanted.placement() != CreateSq.PLACEMENT_HOST || !request.reaches(wanted.address()))
            || wanted.completionPolicy() != CreateSq.COMPLETION_PER_DESC || (wanted.caps3() & CreateSq.CONTIGUOUS) == 0) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        EnaIo.Created made = io.createSq(transmit, inDevice, wanted.cqIndex(), wanted.depth(), wanted.address());
        if (made.status() == AdminStatus.SUCCESS) {
            request.say(asked + " sq=" + made.index());
            new CreateSqReply(made.index(), EnaBars.SQ_DOORBELLS + 4 * made.index(), (int) made.llqOffset(), 0)
                .write(request.reply, 0);
            rss.rxQueues(transmit ? 0 : 1);
        }
        return made.status();
    }

    AdminStatus destroySq(AdminRequest request) {
        int index = AdminEntry.queueIndex(request.entry, 0);
        int direction = AdminEntry.queueDirection(request.entry, 0);
        request.say((direction == CreateSq.TX ? "TX" : "RX") + " sq=" + index);
        if (direction != CreateSq.TX && direction != CreateSq.RX) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        AdminStatus status = io.destroySq(direction == CreateSq.TX, index);
        if (status == AdminStatus.SUCCESS && direction == CreateSq.RX) {
            rss.rxQueues(-1);
        }
        return status;
    }

    AdminStatus destroyCq(AdminRequest request) {
        int index = AdminEntry.queueIndex(request.entry, 0);
        request.say("cq=" + index);
        return io.destroyCq(index);
    }
}
