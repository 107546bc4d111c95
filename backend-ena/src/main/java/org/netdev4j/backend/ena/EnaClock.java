package org.netdev4j.backend.ena;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.PhcConfig;
import org.netdev4j.backend.ena.spec.PhcResponse;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.spi.DeviceContext;

/**
 * The device's hardware clock (PHC) [AMZN ena_com.c, ena_com_phc_get_timestamp]. The driver asks, the device writes the
 * time to memory within microseconds; a device that did not is left alone for a while, since it limits how often it may
 * be asked.
 *
 * <p>Thread-safe. Counters survive resets.
 */
final class EnaClock implements AutoCloseable {
    private static final int VERSION = 0;
    private static final int POISON = 0xdead;
    private static final int STANDARD_EXPIRE_MICROS = 10;
    private static final int STANDARD_BLOCK_MICROS = 1000;
    private static final long POLL_NANOS = 500;

    private final Platform platform;
    private final Mmio registers;
    private final DmaMemory response;
    private final Mutex lock;
    private boolean active;
    private long doorbell;
    private long expireNanos;
    private long blockNanos;
    private int request;
    private boolean blocked;
    private long askedAt;

    private long good;
    private long late;
    private long skipped;
    private long deviceErrors;
    private long timestampErrors;
    private long boundErrors;

    EnaClock(DeviceContext context, Mmio registers) {
        platform = context.platform();
        this.registers = registers;
        lock = platform.newMutex(context.device() + " clock");
        response = context.dma().allocate("clock response", PhcResponse.BYTES, PhcResponse.BYTES);
    }

    /** Sets the clock up after a reset of the device, if it has one that the driver knows. */
    void open(FeatureClient features) {
        lock.lock();
        try {
            active = false;
            blocked = false;
            Optional<PhcConfig> offered = features.find(FeatureId.PHC_CONFIG, VERSION, PhcConfig::read)
                .filter(config -> config.version() == VERSION && reachable(config.doorbellOffset()));
            if (offered.isEmpty()) {
                return;
            }
            doorbell = offered.get().doorbellOffset();
            long block = micros(offered.get().blockTimeoutMicros(), STANDARD_BLOCK_MICROS);
            blockNanos = block * 1000;
            expireNanos = Math.min(micros(offered.get().expireTimeoutMicros(), STANDARD_EXPIRE_MICROS), block) * 1000;
            response.fill(0, PhcResponse.BYTES, (byte) 0);
            features.set(FeatureId.PHC_CONFIG, VERSION, ControlBuffer.NONE,
                new PhcConfig(VERSION, 0, 0, 0, response.iova(), PhcResponse.BYTES)::write);
            active = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean reachable(int offset) {
        return offset >= 0 && (offset & 3) == 0 && offset <= registers.size() - 4;
    }

    private static long micros(int told, int standard) {
        return told == 0 ? standard : told & 0xffff_ffffL;
    }

    /** Asks the device for nothing from now on: it is reset. */
    void shut() {
        lock.lock();
        active = false;
        lock.unlock();
    }

    /** True if there is a clock to read. */
    boolean active() {
        lock.lock();
        try {
            return active;
        } finally {
            lock.unlock();
        }
    }

    /** The time; empty if the device did not tell it now, or must not be asked yet. */
    Optional<EnaTime> read() {
        lock.lock();
        try {
            if (!active) {
                return Optional.empty();
            }
            long now = platform.clock().nanoTime();
            if (blocked && now - askedAt <= blockNanos) {
                skipped++;
                return Optional.empty();
            }
            if (blocked) {
                classify();
            }
            return ask(now);
        } finally {
            lock.unlock();
        }
    }

    /** What became of the request that failed, now that the device has had all the time it could want. */
    private void classify() {
        if (PhcResponse.reqIdAcquire(response, 0) != request) {
            deviceErrors++;
            return;
        }
        int errors = PhcResponse.errorFlags(response, 0);
        timestampErrors += errors & PhcResponse.ERROR_TIMESTAMP;
        boundErrors += (errors & PhcResponse.ERROR_ERROR_BOUND) >>> 1;
        if ((errors & (PhcResponse.ERROR_TIMESTAMP | PhcResponse.ERROR_ERROR_BOUND)) == 0) {
            late++;
        }
    }

    private Optional<EnaTime> ask(long now) {
        askedAt = now;
        request = request + 1 & 0xffff;
        PhcResponse.poison(response, 0, request + POISON);
        registers.write32(doorbell, request);
        Deadline deadline = Deadline.afterNanos(platform.clock(), expireNanos);
        while (PhcResponse.reqIdAcquire(response, 0) != request) {
            if (deadline.expired()) {
                blocked = true;
                return Optional.empty();
            }
            // Microseconds at most: no thread is parked and woken in that time. Virtual time moves only so.
            if (platform.isVirtual()) {
                platform.clock().sleep(POLL_NANOS);
            }
        }
        blocked = (PhcResponse.errorFlags(response, 0) & (PhcResponse.ERROR_TIMESTAMP | PhcResponse.ERROR_ERROR_BOUND)) != 0;
        if (blocked) {
            return Optional.empty();
        }
        good++;
        long errorBound = PhcResponse.errorBound(response, 0) & 0xffff_ffffL;
        return Optional.of(new EnaTime(PhcResponse.timestamp(response, 0), errorBound));
    }

    /** Counters under the names of Linux's driver. */
    Map<String, Long> statistics() {
        lock.lock();
        try {
            Map<String, Long> all = new LinkedHashMap<>();
            all.put("phc_cnt", good);
            all.put("phc_exp", late);
            all.put("phc_skp", skipped);
            all.put("phc_err_dv", deviceErrors);
            all.put("phc_err_ts", timestampErrors);
            all.put("phc_err_eb", boundErrors);
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Frees the memory; the device has been reset. */
    @Override
    public void close() {
        shut();
        response.close();
    }
}
