package org.netdev4j.net;

/** Values of the EtherType field [IANA, "IEEE 802 Numbers"]; those that this package knows. */
public final class EtherType {
    /** The lowest value that is a type; a smaller one is the length of an IEEE 802.3 frame [IEEE 802.3-2022 §3.2.6]. */
    public static final int LOWEST = 0x0600;
    /** Internet Protocol version 4. */
    public static final int IPV4 = 0x0800;
    /** Address Resolution Protocol. */
    public static final int ARP = 0x0806;
    /** Customer VLAN tag, IEEE 802.1Q. */
    public static final int VLAN = 0x8100;
    /** Internet Protocol version 6. */
    public static final int IPV6 = 0x86dd;
    /** Service VLAN tag, IEEE 802.1ad. */
    public static final int SERVICE_VLAN = 0x88a8;

    private EtherType() {
    }
}
