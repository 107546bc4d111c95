package org.netdev4j.api;

/** Header fields that can go into an RSS hash. */
public enum HashField {
    L2_DESTINATION, L2_SOURCE, L3_SOURCE, L3_DESTINATION, L4_SOURCE, L4_DESTINATION
}
