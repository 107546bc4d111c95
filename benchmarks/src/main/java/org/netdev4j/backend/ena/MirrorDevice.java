package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.backend.ena.spec.RxDescriptor;
import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.platform.memory.Memory;

/**
 * The least that a device does for a driver to go on: a few stores for each packet. No packet is copied or looked at:
 * what lies in the buffers was put there before. Registers are plain memory. Allocates nothing.
 */
final class MirrorDevice {
    private final Memory registers;
    private final Memory rxSq;
    private final Memory rxCq;
    private final Memory txSq;
    private final Memory txCq;
    private final int entryBytes;
    private final int mask;
    private final boolean trusting;
    private int rxHead;
    private int rxCqTail;
    private int txHead;
    private int txCqTail;

    /**
     * A device.
     *
     * @param txSq       descriptors, or the memory of a low-latency queue
     * @param entryBytes of {@code txSq}: of a descriptor, or of an entry with two descriptors before the header
     * @param trusting   the device takes the doorbells' word for it, and does not look whether there is anything
     */
    MirrorDevice(Memory registers, Memory rxSq, Memory rxCq, Memory txSq, Memory txCq, int entryBytes, int ring,
                 boolean trusting) {
        this.registers = registers;
        this.rxSq = rxSq;
        this.rxCq = rxCq;
        this.txSq = txSq;
        this.txCq = txCq;
        this.entryBytes = entryBytes;
        this.trusting = trusting;
        mask = ring - 1;
    }

    /** Receives a packet of so many buffers, of so many bytes each; {@code flags} say what is known of it. */
    void receive(int buffers, int length, int flags) {
        if (!trusting && (registers.getInt(MirrorNic.RX_DOORBELL) - rxHead & 0xffff) < buffers) {
            throw new IllegalStateException("no buffers are posted");
        }
        for (int i = 0; i < buffers; i++) {
            int id = RxDescriptor.reqId(rxSq, (long) (rxHead++ & mask) * RxDescriptor.BYTES);
            int bits = flags | (i == 0 ? RxCompletion.FIRST : 0) | (i == buffers - 1 ? RxCompletion.LAST : 0)
                | Cursor.phase(rxCqTail, mask, RxCompletion.PHASE);
            long at = (long) (rxCqTail++ & mask) * RxCompletion.BYTES;
            rxCq.putLong(at + 8, id * 0x9e37_79b9L);
            rxCq.putLong(at, bits & 0xffff_ffffL | (long) RxCompletion.word1(length, id) << Integer.SIZE);
        }
    }

    /** Completes what was announced; returns how many packets that is. */
    int transmit() {
        return transmit(registers.getInt(MirrorNic.TX_DOORBELL) - txHead & 0xffff);
    }

    /** Completes the packets of so many entries. */
    int transmit(int entries) {
        int packets = 0;
        for (int i = 0; i < entries; i++) {
            long at = (long) (txHead++ & mask) * entryBytes;
            if (entryBytes > TxDescriptor.BYTES && (TxDescriptor.word0(txSq, at) & TxDescriptor.META_DESC) != 0) {
                at += TxDescriptor.BYTES;
            }
            int word0 = TxDescriptor.word0(txSq, at);
            if ((word0 & TxDescriptor.COMP_REQ) != 0) {
                int id = TxDescriptor.reqId(word0, TxDescriptor.word1(txSq, at));
                txCq.putLong((long) (txCqTail & mask) * TxCompletion.BYTES,
                    TxCompletion.word0(id, 0, Cursor.phase(txCqTail, mask, TxCompletion.PHASE)) & 0xffff_ffffL);
                txCqTail++;
                packets++;
            }
        }
        return packets;
    }
}
