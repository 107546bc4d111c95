package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * What follows an EtherType that announces a VLAN tag [IEEE 802.1Q-2022 §9.6; §9.5 table 9-1 has the two tag types].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-----+-+-----------------------+-------------------------------+
 * | PCP |D|      VLAN id          |           EtherType           |
 * +-----+-+-----------------------+-------------------------------+
 *  PCP: priority code point, D: drop eligible indicator; the first two bytes are the tag control information (TCI).
 * </pre>
 *
 * <p>A frame with one tag has {@link EtherType#VLAN} in its Ethernet header, this header at byte 14, and the payload at
 * byte 18. With two tags the Ethernet header has {@link EtherType#SERVICE_VLAN} and the first tag's EtherType is
 * {@link EtherType#VLAN}.
 */
public final class Vlan {
    /** Tag control information, 2 bytes. */
    public static final int TCI_OFFSET = 0;
    /** Type of what follows, 2 bytes. */
    public static final int ETHER_TYPE_OFFSET = 2;
    /** Bytes of the header: what a tag adds to a frame. */
    public static final int HEADER_LENGTH = 4;
    /** Highest VLAN id with a meaning of its own; 4095 is reserved, 0 says "priority only". */
    public static final int HIGHEST_ID = 4094;

    private Vlan() {
    }

    /** True if the header lies in {@code available} bytes; see the guarantee in the package's documentation. */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH;
    }

    /** True if a header of this class follows this EtherType. */
    public static boolean isTag(int etherType) {
        return etherType == EtherType.VLAN || etherType == EtherType.SERVICE_VLAN;
    }

    /** Puts together tag control information; the low 3 bits of {@code priority} and the low 12 of {@code id} count. */
    public static int tci(int priority, boolean dropEligible, int id) {
        return (priority & 7) << 13 | (dropEligible ? 0x1000 : 0) | id & 0xfff;
    }

    /** Tag control information: priority, drop eligible, id. */
    public static int tci(Memory m, long at) {
        return m.getUnsignedShortBe(at + TCI_OFFSET);
    }

    /** Stores the tag control information. */
    public static void tci(Memory m, long at, int tci) {
        m.putShortBe(at + TCI_OFFSET, tci);
    }

    /** Priority code point, 0 to 7. */
    public static int priority(Memory m, long at) {
        return tci(m, at) >>> 13;
    }

    /** Stores the priority code point. */
    public static void priority(Memory m, long at, int priority) {
        tci(m, at, tci(m, at) & 0x1fff | (priority & 7) << 13);
    }

    /** Drop eligible indicator. */
    public static boolean dropEligible(Memory m, long at) {
        return (tci(m, at) & 0x1000) != 0;
    }

    /** Stores the drop eligible indicator. */
    public static void dropEligible(Memory m, long at, boolean dropEligible) {
        tci(m, at, tci(m, at) & 0xefff | (dropEligible ? 0x1000 : 0));
    }

    /** VLAN id, 0 to 4095. */
    public static int id(Memory m, long at) {
        return tci(m, at) & 0xfff;
    }

    /** Stores the VLAN id. */
    public static void id(Memory m, long at, int id) {
        tci(m, at, tci(m, at) & 0xf000 | id & 0xfff);
    }

    /** What follows the tag: a value of {@link EtherType}. */
    public static int etherType(Memory m, long at) {
        return m.getUnsignedShortBe(at + ETHER_TYPE_OFFSET);
    }

    /** Stores the EtherType. */
    public static void etherType(Memory m, long at, int etherType) {
        m.putShortBe(at + ETHER_TYPE_OFFSET, etherType);
    }

    /**
     * Puts a tag in front of those a frame may have. The addresses move to the front; nothing else does.
     *
     * @param frameAt   first byte of the frame; the 4 bytes before it must be free
     * @param etherType {@link EtherType#VLAN} or {@link EtherType#SERVICE_VLAN}
     * @param tci       tag control information
     * @return first byte of the tagged frame: {@code frameAt - 4}
     */
    public static long insert(Memory m, long frameAt, int etherType, int tci) {
        long to = frameAt - HEADER_LENGTH;
        long destinationAndSource = m.getLongBe(frameAt);
        int sourceRest = m.getIntBe(frameAt + 8);
        m.putLongBe(to, destinationAndSource);
        m.putIntBe(to + 8, sourceRest);
        Ethernet.etherType(m, to, etherType);
        tci(m, to + Ethernet.HEADER_LENGTH, tci);
        return to;
    }

    /**
     * Takes away the first tag of a frame that has one. The addresses move towards the payload; nothing else does. Read
     * the TCI first: it is overwritten.
     *
     * @param frameAt first byte of the frame
     * @return first byte of the frame without the tag: {@code frameAt + 4}
     */
    public static long remove(Memory m, long frameAt) {
        long to = frameAt + HEADER_LENGTH;
        long destinationAndSource = m.getLongBe(frameAt);
        int sourceRest = m.getIntBe(frameAt + 8);
        m.putLongBe(to, destinationAndSource);
        m.putIntBe(to + 8, sourceRest);
        return to;
    }
}
