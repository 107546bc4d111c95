package org.netdev4j.models.ena;

import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.PhcConfig;
import org.netdev4j.backend.ena.spec.PhcResponse;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.memory.Memory;

/**
 * The clock: a doorbell with the number of a request, an answer in memory with the time [AMZN ena_com.c,
 * ena_com_phc_config, ena_com_phc_get_timestamp]. The time is that of the host's clock. One request at a time: a
 * later one takes the place of one that is not yet answered.
 */
final class Phc implements Feature {
    private static final int NONE = -1;

    private final DeviceHost host;
    private final EnaConfig config;
    private final Memory response = Memory.allocate("ENA model: time", PhcResponse.BYTES);
    private final AtomicInteger rung = new AtomicInteger(NONE);
    private long output;
    private int pending = NONE;
    private long due = DeviceModel.NEVER;

    Phc(DeviceHost host, EnaConfig config) {
        this.host = host;
        this.config = config;
    }

    /** The doorbell. Any thread. */
    void doorbell(int value) {
        rung.set(value & 0xffff);
    }

    @Override
    public void reset() {
        output = 0;
        rung.set(NONE);
        pending = NONE;
        due = DeviceModel.NEVER;
    }

    @Override
    public AdminStatus get(AdminRequest request) {
        new PhcConfig(0, EnaRegister.PHC_DB.offset(), config.number(EnaKey.PHC_EXPIRE),
            config.number(EnaKey.PHC_BLOCK), 0, 0)
            .write(request.reply, AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    @Override
    public AdminStatus set(AdminRequest request) {
        PhcConfig wanted = PhcConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
        if (wanted.version() != 0 || wanted.outputLength() != PhcResponse.BYTES || wanted.outputAddress() == 0
            || !request.reaches(wanted.outputAddress())) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        output = wanted.outputAddress();
        return AdminStatus.SUCCESS;
    }

    boolean step() {
        boolean worked = false;
        int asked = rung.getAndSet(NONE);
        if (asked != NONE && output != 0 && !host.faults().happens(EnaFaults.PHC_LOST, -1)) {
            worked = true;
            pending = asked;
            due = host.clock().nanoTime();
            if (host.faults().happens(EnaFaults.PHC_LATE, -1)) {
                due += host.faults().value();
            }
        }
        if (pending != NONE && DeviceModel.due(host.clock(), due)) {
            worked = true;
            answer(pending);
            pending = NONE;
            due = DeviceModel.NEVER;
        }
        return worked;
    }

    private void answer(int reqId) {
        int flags = (host.faults().happens(EnaFaults.PHC_BAD_TIMESTAMP, -1) ? PhcResponse.ERROR_TIMESTAMP : 0)
            | (host.faults().happens(EnaFaults.PHC_BAD_BOUND, -1) ? PhcResponse.ERROR_ERROR_BOUND : 0);
        PhcResponse.write(response, 0, reqId, host.clock().epochNanos(), config.number(EnaKey.PHC_ERROR), flags);
        host.dma().writeEntry(DeviceDma.Kind.CONTROL, output, response, 0, PhcResponse.BYTES, 0);
    }

    long nextDueNanos() {
        return due;
    }

    void close() {
        response.close();
    }
}
