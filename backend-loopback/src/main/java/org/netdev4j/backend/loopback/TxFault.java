package org.netdev4j.backend.loopback;

/** Why a packet that was taken could not be sent. */
enum TxFault {
    /** Shorter than an Ethernet header. */
    TOO_SHORT("too_short"),
    /** Longer than the MTU allows, or than TSO takes. */
    TOO_LONG("too_long"),
    /** In more buffers than a packet may have, or in several while scatter-gather is off. */
    TOO_MANY_BUFFERS("too_many_buffers"),
    /** Asks for an offload that is off. */
    OFFLOAD_OFF("offload_off"),
    /** Header lengths or flags do not agree with what is in the packet, or the packet is damaged or a fragment. */
    BAD_HEADERS("bad_headers"),
    /** TSO with segments of no bytes, or of more than the MTU allows. */
    BAD_SEGMENT_SIZE("bad_segment_size"),
    /** The link is down. */
    LINK_DOWN("link_down");

    private final String label;

    TxFault(String label) {
        this.label = label;
    }

    /** Last part of the statistic's name. */
    String label() {
        return label;
    }
}
