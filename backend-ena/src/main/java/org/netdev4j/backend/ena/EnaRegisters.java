package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.MmioRegRead;
import org.netdev4j.backend.ena.spec.RegReadResponse;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.spi.DeviceContext;

/**
 * The registers of the device. Reads go through memory where the device can ("readless": the driver asks, the device
 * writes the answer), since a read across the bus stalls a virtual machine [AMZN ena_com.c, ena_com_reg_bar_read32].
 *
 * <p>Reads belong to the control path and wait; writes are for any thread.
 */
final class EnaRegisters implements AutoCloseable {
    /** How long an answer may take: 200000 polls of 1 us in the reference [AMZN ena_com.c, ENA_REG_READ_TIMEOUT]. */
    static final long STANDARD_READ_NANOS = 200_000_000L;

    // What makes a stale answer differ from the one awaited [AMZN ena_com.c].
    private static final int POISON = 0xdead;
    private static final long POLL_NANOS = 1_000;
    private static final int CONFIG_VENDOR = 0;
    private static final int NOBODY = 0xffff;

    private final PciFunction function;
    private final Mmio bar;
    private final Clock clock;
    // One read is outstanding at a time.
    private final Mutex reading;
    // Configuration space is for one thread at a time, and the watchdog looks at it beside the control path.
    private final Mutex configuring;
    // Where answers come; null if registers are read directly.
    private final DmaMemory response;
    private volatile long readNanos = STANDARD_READ_NANOS;
    private int sequence;

    private EnaRegisters(PciFunction function, Mmio bar, DeviceContext context, DmaMemory response) {
        this.function = function;
        this.bar = bar;
        this.clock = context.platform().clock();
        this.reading = context.platform().newMutex(context.device() + " register reads");
        this.configuring = context.platform().newMutex(context.device() + " configuration space");
        this.response = response;
    }

    /**
     * Registers of a function, read through memory unless its revision says that it cannot.
     *
     * @param bar BAR 0
     */
    static EnaRegisters of(PciFunction function, Mmio bar, DeviceContext context) {
        int revision = ((DeviceIdentity.Pci) function.identity()).revision();
        DmaMemory response = (revision & EnaPci.REVISION_NO_READLESS) != 0 ? null
            : context.dma().allocate("register read response", RegReadResponse.BYTES, RegReadResponse.BYTES);
        EnaRegisters registers = new EnaRegisters(function, bar, context, response);
        registers.writeResponseAddress();
        return registers;
    }

    /** True if reads go through memory. */
    boolean readless() {
        return response != null;
    }

    /** Doorbells and the other registers of queues, which no reply may put elsewhere than into this BAR. */
    Mmio bar() {
        return bar;
    }

    /**
     * Reads a register.
     *
     * @return its value, or {@link EnaRegister#ALL_ONES} if nobody answers in time, or answers something else
     */
    int read(EnaRegister register) {
        if (response == null) {
            return bar.read32(register.offset());
        }
        reading.lock();
        try {
            return ask(register);
        } finally {
            reading.unlock();
        }
    }

    private int ask(EnaRegister register) {
        sequence = sequence + 1 & 0xffff;
        int awaited = sequence;
        RegReadResponse.poison(response, 0, awaited + POISON);
        bar.write32(EnaRegister.MMIO_REG_READ.offset(), MmioRegRead.of(awaited, register.offset()));
        Deadline deadline = Deadline.afterNanos(clock, readNanos);
        while (RegReadResponse.reqIdAcquire(response, 0) != awaited) {
            if (deadline.expired()) {
                return EnaRegister.ALL_ONES;
            }
            clock.sleep(POLL_NANOS);
        }
        // An answer to another question is none.
        return RegReadResponse.register(response, 0) == register.offset() ? RegReadResponse.value(response, 0)
            : EnaRegister.ALL_ONES;
    }

    /** Writes a register, after all stores to memory before. */
    void write(EnaRegister register, int value) {
        bar.write32(register.offset(), value);
    }

    /** Writes an address of up to 64 bits to a pair of registers. */
    void writeAddress(EnaRegister low, EnaRegister high, long iova) {
        write(low, (int) iova);
        write(high, (int) (iova >>> 32));
    }

    /** Tells the device where to answer; a reset makes it forget. */
    void writeResponseAddress() {
        if (response != null) {
            writeAddress(EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI, response.iova());
        }
    }

    /** Takes a hint: how long an answer may take. */
    void readTimeoutMillis(int millis) {
        readNanos = millis * 1_000_000L;
    }

    /**
     * True if there is no function any more: configuration space, which needs no answer of the device's own, is all ones.
     */
    boolean gone() {
        configuring.lock();
        try {
            return (function.readConfig(CONFIG_VENDOR, 2) & 0xffff) == NOBODY;
        } finally {
            configuring.unlock();
        }
    }

    /** Lets the device read and write memory, or stops it. */
    void busMaster(boolean on) {
        configuring.lock();
        try {
            function.setBusMaster(on);
        } finally {
            configuring.unlock();
        }
    }

    /** Resets the function itself, where it can be. */
    void resetFunction() {
        configuring.lock();
        try {
            function.resetFunction();
        } finally {
            configuring.unlock();
        }
    }

    /** Why a read brought all ones, for messages. */
    String silence() {
        if (gone()) {
            return "the device is gone";
        }
        return readless() ? "the device did not answer within " + readNanos / 1_000_000 + " ms"
            : "the device reads as all ones";
    }

    /** Takes the address back, then frees the memory. */
    @Override
    public void close() {
        if (response != null && response.isOpen()) {
            writeAddress(EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI, 0);
            response.close();
        }
    }
}
