package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.platform.memory.Memory;

/**
 * The admin command under way: its entry, its control buffer and the reply that is being made. One for the device's life; for the
 * device's thread.
 */
final class AdminRequest {
    static final int BYTES = 64;
    /** Where the payload of a command's reply begins. */
    static final int REPLY = 8;
    /** Where the parameters of GET_FEATURE and SET_FEATURE begin, behind their common part. */
    static final int FEATURE = 20;

    private static final int CTRL_LENGTH = 4;
    private static final int CTRL_ADDRESS_LOW = 8;
    private static final int CTRL_ADDRESS_HIGH = 12;
    private static final int FLAG_CTRL_DATA = 1 << 1;
    private static final int FLAG_CTRL_DATA_INDIRECT = 1 << 2;

    final Memory entry;
    final Memory reply;
    private final DeviceDma dma;
    private String detail = "";

    AdminRequest(DeviceDma dma) {
        this.dma = dma;
        this.entry = Memory.allocate("ENA model: admin command", BYTES);
        this.reply = Memory.allocate("ENA model: admin completion", BYTES);
    }

    void begin() {
        reply.fill(0, BYTES, (byte) 0);
        detail = "";
    }

    int commandId() {
        return entry.getUnsignedShort(0) & 0xfff;
    }

    int opcode() {
        return entry.getUnsignedByte(2);
    }

    int flags() {
        return entry.getUnsignedByte(3);
    }

    int phase() {
        return flags() & 1;
    }

    /** Which of the values of GET_FEATURE: 1 for the current one, 3 for the default; drivers leave it 0 for the current one. */
    int select() {
        return entry.getUnsignedByte(16) & 3;
    }

    int featureId() {
        return entry.getUnsignedByte(17);
    }

    int featureVersion() {
        return entry.getUnsignedByte(18);
    }

    /**
     * True if the command names a control buffer.
     *
     * <p>The header of the drivers calls bit 2 of the flags a list of pages; all drivers set it with the address of the data itself
     * [AMZN ena_com.c, ena_com_get_feature_ex, ena_com_set_hash_function], so the address is taken for that of the data with
     * either bit. GET_STATS sets neither [AMZN ena_com.c, ena_com_get_customer_metrics]: there the length decides.
     */
    boolean hasControlBuffer() {
        boolean flagged = (flags() & (FLAG_CTRL_DATA | FLAG_CTRL_DATA_INDIRECT)) != 0 || opcode() == AdminOpcode.GET_STATS.code();
        return flagged && controlLength() != 0;
    }

    long controlLength() {
        return entry.getUnsignedInt(CTRL_LENGTH);
    }

    long controlAddress() {
        return entry.getUnsignedInt(CTRL_ADDRESS_LOW) | (long) entry.getUnsignedShort(CTRL_ADDRESS_HIGH) << 32;
    }

    /** Fetches the control buffer. False if it faulted. */
    boolean readControl(Memory to, int length) {
        return dma.read(DeviceDma.Kind.CONTROL, controlAddress(), to, 0, length);
    }

    /** Fills the control buffer. False if it faulted. */
    boolean writeControl(Memory from, int length) {
        return dma.write(DeviceDma.Kind.CONTROL, controlAddress(), from, 0, length);
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
