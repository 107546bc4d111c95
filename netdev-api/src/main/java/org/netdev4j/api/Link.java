package org.netdev4j.api;

/**
 * State of a link.
 *
 * @param up         true if frames pass
 * @param speedMbps  megabits per second; 0 if the device does not tell
 * @param fullDuplex true for full duplex
 */
public record Link(boolean up, int speedMbps, boolean fullDuplex) {
    /** Down, speed unknown. */
    public static final Link DOWN = new Link(false, 0, false);

    @Override
    public String toString() {
        if (!up) {
            return "down";
        }
        return "up, " + (speedMbps == 0 ? "speed unknown" : speedMbps + " Mb/s") + (fullDuplex ? ", full duplex" : "");
    }
}
