package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * An admin command: an entry of the admin submission queue [AMZN ena_admin_defs.h, struct ena_admin_aq_entry,
 * ena_admin_get_feat_cmd, ena_admin_set_feat_cmd].
 *
 * <pre>
 *  0 | command_id (11:0)           | opcode       | flags        |
 *  4 | length of the control buffer, or the command's own        |
 *  8 | its address, or the command's own                         |
 * 16 | features: select | feature_id | feature_version | 0       |
 * 20 | features: what is set                                     |
 * </pre>
 */
public final class AdminEntry {
    /** Size. */
    public static final int BYTES = 64;
    /** Where the payload of SET_FEATURE begins. */
    public static final int FEATURE_PAYLOAD = 20;
    /** Greatest command id. */
    public static final int MAX_COMMAND_ID = 0xfff;

    /** Flag: the phase bit. */
    public static final int PHASE = 1;
    /** Flag: the address is that of the control buffer. */
    public static final int CTRL_DATA = 1 << 1;
    /**
     * Flag: the address is that of a list of pages. All published drivers set this one with the address of the buffer
     * itself, which is contiguous [AMZN ena_com.c, ena_com_get_feature_ex]; so the device takes it as the buffer's.
     */
    public static final int CTRL_DATA_INDIRECT = 1 << 2;

    /** Select: the value in force. */
    public static final int SELECT_CURRENT = 1;
    /** Select: the value after a reset. */
    public static final int SELECT_DEFAULT = 3;

    private AdminEntry() {
    }

    // ---- for who writes it

    /** Writes the header without the phase bit, and zeros behind it. */
    public static void start(Memory ring, long at, int commandId, AdminOpcode opcode) {
        ring.fill(at, BYTES, (byte) 0);
        ring.putInt(at, commandId & MAX_COMMAND_ID | opcode.code() << 16);
    }

    /** Names a control buffer. */
    public static void control(Memory ring, long at, long iova, int length) {
        ring.putByte(at + 3, (byte) (ring.getByte(at + 3) | CTRL_DATA_INDIRECT));
        unmarkedControl(ring, at, iova, length);
    }

    /**
     * Names the control buffer of GET_STATS, which has no flag [AMZN ena_com.c, ena_com_get_customer_metrics,
     * ena_get_dev_stats].
     */
    public static void unmarkedControl(Memory ring, long at, long iova, int length) {
        ring.putInt(at + 4, length);
        ring.putLong(at + 8, EnaAddress.checked(iova));
    }

    /** Names a feature. */
    public static void feature(Memory ring, long at, FeatureId feature, int select, int version) {
        ring.putInt(at + 16, select | feature.code() << 8 | version << 16);
    }

    /** Names the queue to destroy. */
    public static void destroy(Memory ring, long at, int index, int direction) {
        ring.putInt(at + 4, index & 0xffff | direction << 21);
    }

    /** Writes the phase bit, after all else. */
    public static void publish(Memory ring, long at, int phase) {
        ring.putByteRelease(at + 3, (byte) (ring.getByte(at + 3) & ~PHASE | phase & PHASE));
    }

    // ---- for who reads it

    /** The id that the completion bears. */
    public static int commandId(Memory entry, long at) {
        return entry.getUnsignedShort(at) & MAX_COMMAND_ID;
    }

    /** Of {@link AdminOpcode}, as it stands there. */
    public static int opcode(Memory entry, long at) {
        return entry.getUnsignedByte(at + 2);
    }

    /** Of the flags here. */
    public static int flags(Memory entry, long at) {
        return entry.getUnsignedByte(at + 3);
    }

    /** Size of the control buffer. */
    public static int controlLength(Memory entry, long at) {
        return entry.getInt(at + 4);
    }

    /** Address of the control buffer. */
    public static long controlIova(Memory entry, long at) {
        return entry.getLong(at + 8) & EnaAddress.MASK;
    }

    /** {@link #SELECT_CURRENT}, {@link #SELECT_DEFAULT} or neither. */
    public static int select(Memory entry, long at) {
        return entry.getUnsignedByte(at + 16) & 3;
    }

    /** Of {@link FeatureId}, as it stands there. */
    public static int featureId(Memory entry, long at) {
        return entry.getUnsignedByte(at + 17);
    }

    /** The version of the feature that the driver knows. */
    public static int featureVersion(Memory entry, long at) {
        return entry.getUnsignedByte(at + 18);
    }

    /** Queue of DESTROY_SQ and DESTROY_CQ. */
    public static int queueIndex(Memory entry, long at) {
        return entry.getUnsignedShort(at + 4);
    }

    /** Direction of DESTROY_SQ, of {@link CreateSq}. */
    public static int queueDirection(Memory entry, long at) {
        return entry.getUnsignedByte(at + 6) >>> 5;
    }
}
