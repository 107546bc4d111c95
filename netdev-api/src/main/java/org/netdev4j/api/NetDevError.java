package org.netdev4j.api;

/**
 * What all errors of this API have in common. Each message is one line, fit to be shown: what was asked, of which
 * device, what came back, what to try.
 */
public sealed interface NetDevError permits NetDevException, UnsupportedCapabilityException {
    /** The device, by the name of its address; a scheme or driver name if there is no device yet. */
    String device();

    /** The message. */
    String getMessage();
}
