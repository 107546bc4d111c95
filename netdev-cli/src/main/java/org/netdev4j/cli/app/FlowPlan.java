package org.netdev4j.cli.app;

import org.netdev4j.cli.config.FrameSizes;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.net.MacAddress;

/**
 * What generated frames look like.
 *
 * @param sizes           bytes without FCS
 * @param flows           how many, by source port and then source address
 * @param seed            from which payload and order of sizes follow
 * @param sourceMac       sender
 * @param destinationMac  receiver
 * @param source          address of the first flow
 * @param destination     address, of the same family
 * @param sourcePort      of the first flow
 * @param destinationPort of all
 */
record FlowPlan(FrameSizes sizes, int flows, long seed, MacAddress sourceMac, MacAddress destinationMac, IpPrefix source,
                IpPrefix destination, int sourcePort, int destinationPort) {
}
