package org.netdev4j.backend.ena;

import org.netdev4j.api.Coalescing;
import org.netdev4j.backend.ena.spec.InterruptControl;
import org.netdev4j.platform.mmio.Mmio;

/**
 * The interrupt of a receive queue, as its control register has it: masked by the device with each interrupt, and
 * unmasked here, with the delays if they are others than the last time. For the queue's thread.
 */
final class InterruptLine {
    private Mmio registers;
    private long offset;
    private int unitMicros;
    // The delays that the device has, in units.
    private int rxDelay;
    private int txDelay;

    /** The device has made the queue; it knows no delays yet. */
    void connect(Mmio bar0, long controlOffset, int moderationMicros) {
        registers = bar0;
        offset = controlOffset;
        unitMicros = moderationMicros;
        rxDelay = -1;
        txDelay = -1;
    }

    /**
     * Lets the next completion interrupt.
     *
     * @param rxMicros delay after a received packet
     * @param rules    has the other delay
     */
    void unmask(int rxMicros, Coalescing rules) {
        int rx = units(rxMicros);
        int tx = units(rules.txUsecs());
        boolean same = rx == rxDelay && tx == txDelay;
        rxDelay = rx;
        txDelay = tx;
        registers.write32(offset,
            InterruptControl.of(rx, tx, InterruptControl.UNMASK | (same ? InterruptControl.NO_MODERATION_UPDATE : 0)));
    }

    /** Lets nothing interrupt. */
    void mask() {
        registers.write32(offset,
            InterruptControl.of(Math.max(0, rxDelay), Math.max(0, txDelay), InterruptControl.NO_MODERATION_UPDATE));
    }

    private int units(int micros) {
        return unitMicros == 0 ? 0 : Math.min(micros / unitMicros, InterruptControl.MAX_DELAY);
    }
}
