package org.netdev4j.platform.wire;

/**
 * What has passed through a wire port, seen from its holder.
 *
 * @param sentFrames     frames that {@link WirePort#send} took
 * @param sentBytes      their bytes, without FCS
 * @param receivedFrames frames that {@link WirePort#receive} gave
 * @param receivedBytes  their bytes as given, without FCS
 * @param dropped        frames that the wire took and then lost: no far end, link down, a full port of a switch, loss on
 *     purpose
 */
public record WireStats(long sentFrames, long sentBytes, long receivedFrames, long receivedBytes, long dropped) {
}
