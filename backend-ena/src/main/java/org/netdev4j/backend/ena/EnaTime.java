package org.netdev4j.backend.ena;

/**
 * A reading of the device's clock.
 *
 * @param nanos           nanoseconds since 1970-01-01 UTC, as the device keeps it
 * @param errorBoundNanos how far off that may be
 */
public record EnaTime(long nanos, long errorBoundNanos) {
}
