package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.platform.memory.Memory;

/**
 * The admin command under way: its entry, its control buffer and the reply that is being made. One for the device's
 * life; for the device's thread.
 */
final class AdminRequest {
    /** The entry, as fetched. */
    final Memory entry = Memory.allocate("ENA model: admin command", AdminEntry.BYTES);
    /** The completion; its header is written when the command is done. */
    final Memory reply = Memory.allocate("ENA model: admin completion", AdminCompletion.BYTES);
    private final DeviceDma dma;
    private final long addressMask;
    private String detail = "";

    AdminRequest(DeviceDma dma, int addressBits) {
        this.dma = dma;
        this.addressMask = (1L << addressBits) - 1;
    }

    void begin() {
        reply.fill(0, AdminCompletion.BYTES, (byte) 0);
        detail = "";
    }

    int commandId() {
        return AdminEntry.commandId(entry, 0);
    }

    int opcode() {
        return AdminEntry.opcode(entry, 0);
    }

    int phase() {
        return AdminEntry.flags(entry, 0) & AdminEntry.PHASE;
    }

    /** Which of the values of GET_FEATURE; drivers leave it 0 and mean the current one. */
    int select() {
        return AdminEntry.select(entry, 0);
    }

    int featureId() {
        return AdminEntry.featureId(entry, 0);
    }

    int featureVersion() {
        return AdminEntry.featureVersion(entry, 0);
    }

    /** True if an address has no more bits than the device drives. */
    boolean reaches(long iova) {
        return (iova & ~addressMask) == 0;
    }

    /**
     * True if the command names a control buffer.
     *
     * <p>All drivers set the flag for a list of pages with the address of the data itself [AMZN ena_com.c,
     * ena_com_get_feature_ex, ena_com_set_hash_function], so the address is taken for that with either flag.
     * GET_STATS comes with neither [AMZN ena_com.c, ena_com_get_customer_metrics]: there the length decides.
     */
    boolean hasControlBuffer() {
        int flags = AdminEntry.flags(entry, 0) & (AdminEntry.CTRL_DATA | AdminEntry.CTRL_DATA_INDIRECT);
        return (flags != 0 || opcode() == AdminOpcode.GET_STATS.code()) && controlLength() != 0;
    }

    long controlLength() {
        return AdminEntry.controlLength(entry, 0) & 0xffff_ffffL;
    }

    /** True if there is a control buffer of at least so many bytes. */
    boolean hasControl(int bytes) {
        return hasControlBuffer() && controlLength() >= bytes;
    }

    /** Fetches the control buffer. False if it cannot be reached. */
    boolean readControl(Memory to, int length) {
        long iova = AdminEntry.controlIova(entry, 0);
        return reaches(iova) && dma.read(DeviceDma.Kind.CONTROL, iova, to, 0, length);
    }

    /** Fills the control buffer. False if it cannot be reached. */
    boolean writeControl(Memory from, int length) {
        long iova = AdminEntry.controlIova(entry, 0);
        return reaches(iova) && dma.write(DeviceDma.Kind.CONTROL, iova, from, 0, length);
    }

    /** Says what the command is about, for the trace. */
    void say(String text) {
        detail = text;
    }

    String detail() {
        return detail;
    }

    void close() {
        entry.close();
        reply.close();
    }
}
