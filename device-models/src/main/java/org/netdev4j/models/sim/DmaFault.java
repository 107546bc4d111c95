package org.netdev4j.models.sim;

import java.util.Locale;
import org.netdev4j.models.device.DeviceDma;

/**
 * A DMA transaction that reached no memory.
 *
 * @param device name of the device
 * @param write  true if it was to write
 * @param kind   what it carried
 * @param iova   first byte
 * @param length bytes
 * @param reason why, and what lies near
 */
public record DmaFault(String device, boolean write, DeviceDma.Kind kind, long iova, int length, String reason) {
    /** One line: {@code DMA write of 64 bytes (completion) at iova 0x1000 by sim:ena#0: not mapped; ...}. */
    @Override
    public String toString() {
        return "DMA " + (write ? "write" : "read") + " of " + length + " bytes (" + kind.name().toLowerCase(Locale.ROOT)
            + ") at iova 0x"
            + Long.toHexString(iova) + " by " + device + ": " + reason;
    }
}
