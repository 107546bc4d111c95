package org.netdev4j.platform.bus;

/** What {@link Interrupts} of every kind ask of their arguments. */
public final class VectorChecks {
    private VectorChecks() {
    }

    /**
     * For {@link Interrupts#enable}.
     *
     * @param device    for the message
     * @param count     asked for
     * @param available vectors that the device has
     * @param enabled   vectors that are enabled already
     * @throws IllegalArgumentException if there are not that many
     * @throws IllegalStateException    if some are enabled
     */
    public static void requireCount(String device, int count, int available, int enabled) {
        if (count < 1 || count > available) {
            throw new IllegalArgumentException(device + ": there are 1 to " + available
                + " vectors to enable: count=" + count);
        }
        if (enabled > 0) {
            throw new IllegalStateException(device + ": " + enabled
                + " interrupt vectors are enabled already; disable them first");
        }
    }

    /**
     * For what is done with one vector.
     *
     * @throws IllegalArgumentException if it is not enabled
     */
    public static void requireEnabled(String device, int vector, int enabled) {
        if (vector < 0 || vector >= enabled) {
            throw new IllegalArgumentException(device + ": interrupt vector " + vector + " is not enabled; " + enabled
                + " are");
        }
    }
}
