package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.Caps;
import org.netdev4j.backend.ena.spec.EnaRegister.ControllerVersion;
import org.netdev4j.backend.ena.spec.EnaRegister.DevCtl;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;

/**
 * The reset of the device, and what is known of it before it talks: version and address width [AMZN ena_com.c,
 * ena_com_dev_reset, ena_com_validate_version, ena_com_get_dma_width].
 */
final class EnaReset {
    /** How long an admin command may take if the device does not say [AMZN ena_com.c, ADMIN_CMD_TIMEOUT_US]. */
    static final long STANDARD_ADMIN_NANOS = 3_000_000_000L;

    private static final long UNIT_NANOS = Caps.TIMEOUT_UNIT_MILLIS * 1_000_000L;
    private static final int LEAST_DMA_BITS = 32;
    private static final int MOST_DMA_BITS = 48;

    private final EnaRegisters registers;
    private final Clock clock;

    EnaReset(EnaRegisters registers, Clock clock) {
        this.registers = registers;
        this.clock = clock;
    }

    /**
     * Resets: raises the bit and waits until the device is in reset, takes it back and waits until it is out. Afterwards it
     * touches no memory but the register read response.
     *
     * @param extended true if the device takes reasons above 15
     * @return how long an admin command may take
     * @throws EnaFault if it does not answer, is not ready, or does not get in or out of reset in time
     */
    long reset(ResetReason reason, boolean extended) {
        // After a reset that somebody else made the address is lost, and the first read would be answered anywhere.
        registers.writeResponseAddress();
        int status = registers.read(EnaRegister.DEV_STS);
        int caps = registers.read(EnaRegister.CAPS);
        if (status == EnaRegister.ALL_ONES || caps == EnaRegister.ALL_ONES) {
            throw new EnaFault("reset (" + reason + "): " + registers.silence());
        }
        if ((status & DevSts.READY) == 0) {
            throw new EnaFault("reset (" + reason + "): the device is not ready: status 0x" + Integer.toHexString(status));
        }
        long limit = Caps.resetTimeout(caps) * UNIT_NANOS;
        if (limit == 0) {
            throw new EnaFault("reset (" + reason + "): the device gives no time for it: capabilities 0x"
                + Integer.toHexString(caps));
        }
        registers.write(EnaRegister.DEV_CTL, DevCtl.reset(reason, extended));
        registers.writeResponseAddress();
        await(DevSts.RESET_IN_PROGRESS, limit, reason, "did not begin");
        registers.write(EnaRegister.DEV_CTL, 0);
        await(0, limit, reason, "did not end");
        long admin = Caps.adminTimeout(caps) * UNIT_NANOS;
        return admin == 0 ? STANDARD_ADMIN_NANOS : admin;
    }

    private void await(int wanted, long limit, ResetReason reason, String otherwise) {
        Deadline deadline = Deadline.afterNanos(clock, limit);
        Backoff backoff = new Backoff(clock);
        while (true) {
            boolean last = deadline.expired();
            int status = registers.read(EnaRegister.DEV_STS);
            if (status == EnaRegister.ALL_ONES) {
                throw new EnaFault("reset (" + reason + "): " + registers.silence());
            }
            if ((status & DevSts.RESET_IN_PROGRESS) == wanted) {
                return;
            }
            if (last) {
                throw new EnaFault("reset (" + reason + ") " + otherwise + " within " + limit / 1_000_000 + " ms: status 0x"
                    + Integer.toHexString(status));
            }
            backoff.pause();
        }
    }

    /**
     * Checks that the device speaks a version that the driver knows.
     *
     * @return firmware version, for people
     */
    String validateVersion() {
        int version = registers.read(EnaRegister.VERSION);
        int controller = registers.read(EnaRegister.CONTROLLER_VERSION);
        if (version == EnaRegister.ALL_ONES || controller == EnaRegister.ALL_ONES) {
            throw new EnaFault("reading its version: " + registers.silence());
        }
        if (ControllerVersion.comparable(controller) < ControllerVersion.MINIMUM) {
            throw new EnaFault("its controller has version " + ControllerVersion.text(controller) + "; the driver needs "
                + ControllerVersion.text(ControllerVersion.MINIMUM) + " or later");
        }
        return (version >>> 8 & 0xff) + "." + (version & 0xff) + " controller " + ControllerVersion.text(controller);
    }

    /** Bits of the addresses that the device drives. */
    int dmaWidth() {
        int caps = registers.read(EnaRegister.CAPS);
        if (caps == EnaRegister.ALL_ONES) {
            throw new EnaFault("reading its capabilities: " + registers.silence());
        }
        int width = Caps.dmaAddressWidth(caps);
        if (width < LEAST_DMA_BITS || width > MOST_DMA_BITS) {
            throw new EnaFault("it claims DMA addresses of " + width + " bits; an ENA has " + LEAST_DMA_BITS + " to "
                + MOST_DMA_BITS);
        }
        return width;
    }

    /** True if the device can be used. */
    boolean ready() {
        int status = registers.read(EnaRegister.DEV_STS);
        return status != EnaRegister.ALL_ONES && (status & DevSts.READY) != 0;
    }
}
