package org.netdev4j.net;

/** An Ethernet address. */
public record MacAddress(long bits) {
    /** True for group addresses. */
    public boolean isMulticast() {
        return (bits >> 40 & 1) != 0;
    }
}
