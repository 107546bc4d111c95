package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The link [AMZN ena_admin_defs.h, struct ena_admin_get_feature_link_desc].
 *
 * @param speedMbps megabits per second
 * @param supported of the SPEED constants
 * @param flags of the constants here
 */
public record LinkConfig(int speedMbps, int supported, int flags) {
    /** Size. */
    public static final int BYTES = 12;
    /** Flag: the speed is negotiated. */
    public static final int AUTONEG = 1;
    /** Flag: full duplex. */
    public static final int DUPLEX = 1 << 1;
    /** 1 Gb/s. */
    public static final int SPEED_1G = 1;
    /** 2.5 Gb/s. */
    public static final int SPEED_2_HALF_G = 2;
    /** 5 Gb/s. */
    public static final int SPEED_5G = 4;
    /** 10 Gb/s. */
    public static final int SPEED_10G = 8;
    /** 25 Gb/s. */
    public static final int SPEED_25G = 0x10;
    /** 40 Gb/s. */
    public static final int SPEED_40G = 0x20;
    /** 50 Gb/s. */
    public static final int SPEED_50G = 0x40;
    /** 100 Gb/s. */
    public static final int SPEED_100G = 0x80;
    /** 200 Gb/s. */
    public static final int SPEED_200G = 0x100;
    /** 400 Gb/s. */
    public static final int SPEED_400G = 0x200;

    /** Reads it. */
    public static LinkConfig read(Memory memory, long at) {
        return new LinkConfig(memory.getInt(at), memory.getInt(at + 4), memory.getInt(at + 8));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, speedMbps);
        memory.putInt(at + 4, supported);
        memory.putInt(at + 8, flags);
    }
}
