package org.netdev4j.models.ena;

import java.util.ArrayDeque;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.Caps;
import org.netdev4j.backend.ena.spec.EnaRegister.ControllerVersion;
import org.netdev4j.backend.ena.spec.EnaRegister.DevCtl;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.EnaRegister.MmioRegRead;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;

/**
 * The register file and the reset that hangs on it. Registers are written and read by any thread, under the lock of
 * this object; what a write sets off is done by the device's thread, in {@link #step}.
 *
 * <p>A reset as the drivers drive it [AMZN ena_com.c, ena_com_dev_reset]: DEV_CTL is written with the reset bit, the
 * address for read-less answers is lost at once, RESET_IN_PROGRESS goes up when the device has come to rest, and goes
 * down when DEV_CTL was written with 0 and the reset's time has passed. READY stays up meanwhile, so that a reset can
 * be tried again (assumed).
 */
final class Registers {
    /** As a device in EC2 reports it: 0.10 and 0.0.1, implementation 1, in the first lines that Linux's driver logs. */
    static final int VERSION = 10;
    static final int CONTROLLER = ControllerVersion.of(1, 0, 0, 1);

    private static final int MAX_PENDING_READS = 64;
    private static final EnaRegister[] PROGRAMMED = {EnaRegister.AQ_BASE_LO, EnaRegister.AQ_BASE_HI, EnaRegister.AQ_CAPS,
        EnaRegister.ACQ_BASE_LO, EnaRegister.ACQ_BASE_HI, EnaRegister.ACQ_CAPS, EnaRegister.AENQ_CAPS,
        EnaRegister.AENQ_BASE_LO, EnaRegister.AENQ_BASE_HI, EnaRegister.INTR_MASK,
        EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI};

    /** Where a reset stands. */
    private enum Reset { NONE, ASKED, RUNNING }

    private final DeviceHost host;
    private final EnaConfig config;
    private final int[] values = new int[EnaRegister.SPACE / 4 + 1];
    private final ArrayDeque<Integer> reads = new ArrayDeque<>();
    private final int[] lostAddress = new int[2];
    private Reset reset = Reset.NONE;
    private boolean released;
    private boolean stuck;
    private long resetDue = DeviceModel.NEVER;
    private int events;

    Registers(DeviceHost host, EnaConfig config) {
        this.host = host;
        this.config = config;
    }

    /**
     * What registers hold when power comes, or a reset is over: garbage where the driver must program. Device's
     * thread.
     */
    synchronized void powerOn() {
        for (EnaRegister register : PROGRAMMED) {
            set(register, host.random().nextInt());
        }
        lostAddress[0] = host.random().nextInt();
        lostAddress[1] = host.random().nextInt() & 0xffff;
        set(EnaRegister.AQ_DB, 0);
        set(EnaRegister.ACQ_TAIL, 0);
        set(EnaRegister.AENQ_HEAD_DB, 0);
        set(EnaRegister.AENQ_TAIL, 0);
        set(EnaRegister.DEV_CTL, 0);
        set(EnaRegister.DEV_STS, DevSts.READY);
        reads.clear();
        reset = Reset.NONE;
        released = false;
        stuck = false;
        resetDue = DeviceModel.NEVER;
        events = 0;
    }

    synchronized int get(EnaRegister register) {
        return values[register.offset() / 4];
    }

    synchronized long address(EnaRegister low, EnaRegister high) {
        return get(low) & 0xffff_ffffL | (long) get(high) << 32;
    }

    synchronized void set(EnaRegister register, int value) {
        values[register.offset() / 4] = value;
    }

    synchronized void raiseStatus(int bits) {
        set(EnaRegister.DEV_STS, get(EnaRegister.DEV_STS) | bits);
    }

    /** True if a doorbell of the event queue was rung since this was asked last. */
    synchronized boolean takeEventDoorbell() {
        boolean rung = events > 0;
        events = 0;
        return rung;
    }

    synchronized boolean interruptMasked() {
        return (get(EnaRegister.INTR_MASK) & 1) != 0;
    }

    /** True from the write that asks for a reset to its end: the queues of before must not be touched. */
    synchronized boolean resetting() {
        return reset != Reset.NONE;
    }

    /** A register as the driver sees it. Any thread. */
    synchronized int read(EnaRegister register) {
        if (host.faults().happens(EnaFaults.READ_ALL_ONES, register.offset())) {
            return EnaRegister.ALL_ONES;
        }
        return switch (register) {
            case VERSION -> VERSION;
            case CONTROLLER_VERSION -> host.faults().happens(EnaFaults.VERSION_OLD, -1) ? 0 : CONTROLLER;
            case CAPS -> caps();
            case CAPS_EXT -> 0;
            case DEV_STS -> host.faults().happens(EnaFaults.NOT_READY, -1)
                ? get(EnaRegister.DEV_STS) & ~DevSts.READY : get(EnaRegister.DEV_STS);
            default -> get(register);
        };
    }

    private int caps() {
        int resetTimeout = host.faults().happens(EnaFaults.RESET_TIMEOUT_ZERO, -1) ? 0 : config.number(EnaKey.RESET_TIMEOUT);
        int width = config.number(EnaKey.DMA_WIDTH);
        if (host.faults().happens(EnaFaults.DMA_WIDTH_WRONG, -1)) {
            width = (int) host.faults().value() & 0xff;
        }
        return Caps.of(Caps.CONTIGUOUS_QUEUE_REQUIRED, resetTimeout, width, config.number(EnaKey.ADMIN_TIMEOUT));
    }

    /** A write by the driver. Any thread. */
    synchronized void write(EnaRegister register, int value) {
        switch (register) {
            case VERSION, CONTROLLER_VERSION, CAPS, CAPS_EXT, ACQ_TAIL, AENQ_TAIL, DEV_STS -> {
                // read-only
            }
            case DEV_CTL -> control(value);
            case MMIO_REG_READ -> {
                if (reads.size() < MAX_PENDING_READS) {
                    reads.add(value);
                }
            }
            case AENQ_HEAD_DB -> {
                set(register, value & 0xffff);
                events++;
            }
            default -> set(register, value);
        }
    }

    private void control(int value) {
        set(EnaRegister.DEV_CTL, value);
        if ((value & DevCtl.DEV_RESET) == 0) {
            released = reset != Reset.NONE;
            return;
        }
        set(EnaRegister.MMIO_RESP_LO, lostAddress[0]);
        set(EnaRegister.MMIO_RESP_HI, lostAddress[1]);
        reads.clear();
        reset = Reset.ASKED;
        released = false;
        stuck = false;
    }

    /** The next read-less request, or null. Device's thread. */
    synchronized Integer nextRead() {
        return reads.poll();
    }

    /** Number and offset of a request in one value. */
    static int reqId(int request) {
        return MmioRegRead.reqId(request);
    }

    /**
     * Moves a reset on. Device's thread.
     *
     * @param quiesce what brings everything else to rest and forgets it; run without the lock
     * @return true if something happened
     */
    boolean step(Runnable quiesce) {
        synchronized (this) {
            if (reset == Reset.RUNNING && released && !stuck && DeviceModel.due(host.clock(), resetDue)) {
                return end();
            }
            if (reset != Reset.ASKED || stuck) {
                return false;
            }
            if (host.faults().happens(EnaFaults.RESET_NEVER_STARTS, -1)) {
                stuck = true;
                return true;
            }
        }
        quiesce.run();
        synchronized (this) {
            begin();
        }
        return true;
    }

    private void begin() {
        int responseLow = get(EnaRegister.MMIO_RESP_LO);
        int responseHigh = get(EnaRegister.MMIO_RESP_HI);
        int control = get(EnaRegister.DEV_CTL);
        boolean alreadyReleased = released;
        ArrayDeque<Integer> asked = new ArrayDeque<>(reads);
        powerOn();
        // What the driver has written since it asked holds: the address of answers, and what it asked.
        set(EnaRegister.MMIO_RESP_LO, responseLow);
        set(EnaRegister.MMIO_RESP_HI, responseHigh);
        set(EnaRegister.DEV_CTL, control);
        reads.addAll(asked);
        released = alreadyReleased;
        raiseStatus(DevSts.RESET_IN_PROGRESS);
        reset = Reset.RUNNING;
        resetDue = host.clock().nanoTime() + config.get(EnaKey.RESET_TIME);
    }

    private boolean end() {
        if (host.faults().happens(EnaFaults.RESET_NEVER_ENDS, -1)) {
            stuck = true;
            return true;
        }
        set(EnaRegister.DEV_STS, DevSts.READY | DevSts.RESET_FINISHED);
        reset = Reset.NONE;
        released = false;
        resetDue = DeviceModel.NEVER;
        return true;
    }

    /** When a reset can end. */
    synchronized long nextDueNanos() {
        return reset == Reset.RUNNING && released && !stuck ? resetDue : DeviceModel.NEVER;
    }
}
