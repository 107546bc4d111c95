package org.netdev4j.backend.ena;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.OptionalInt;
import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.net.Ipv4Address;

/**
 * Which packets go to a receive queue of their own, whatever RSS says. What is empty matches anything.
 *
 * @param queue           receive queue, from 0
 * @param flow            kind of packets
 * @param source          source address, of 4 or 16 bytes as the kind says; empty array for any
 * @param destination     destination address, likewise
 * @param sourcePort      of TCP and UDP
 * @param destinationPort of TCP and UDP
 */
public record EnaFlowRule(int queue, Flow flow, byte[] source, byte[] destination, OptionalInt sourcePort,
                          OptionalInt destinationPort) {
    private static final int IP_BYTES = 16;

    /** Kinds of packets that rules tell apart. */
    public enum Flow {
        /** IPv4, whatever is in it. */
        IPV4(FlowRule.TYPE_IPV4, 4, false),
        /** IPv6, whatever is in it. */
        IPV6(FlowRule.TYPE_IPV6, IP_BYTES, false),
        /** TCP over IPv4. */
        IPV4_TCP(FlowRule.TYPE_IPV4_TCP, 4, true),
        /** TCP over IPv6. */
        IPV6_TCP(FlowRule.TYPE_IPV6_TCP, IP_BYTES, true),
        /** UDP over IPv4. */
        IPV4_UDP(FlowRule.TYPE_IPV4_UDP, 4, true),
        /** UDP over IPv6. */
        IPV6_UDP(FlowRule.TYPE_IPV6_UDP, IP_BYTES, true);

        private final int code;
        private final int addressBytes;
        private final boolean ports;

        Flow(int code, int addressBytes, boolean ports) {
            this.code = code;
            this.addressBytes = addressBytes;
            this.ports = ports;
        }

        int code() {
            return code;
        }
    }

    /**
     * Copies the addresses.
     *
     * @throws IllegalArgumentException if a part does not fit the kind of packets
     */
    public EnaFlowRule {
        source = source.clone();
        destination = destination.clone();
        requireAddress("source", source, flow);
        requireAddress("destination", destination, flow);
        requirePort("source", sourcePort, flow);
        requirePort("destination", destinationPort, flow);
        if (queue < 0) {
            throw new IllegalArgumentException("flow rule: receive queues count from 0: " + queue);
        }
    }

    private static void requireAddress(String which, byte[] address, Flow flow) {
        if (address.length != 0 && address.length != flow.addressBytes) {
            throw new IllegalArgumentException("flow rule: the " + which + " address of " + flow + " has "
                + flow.addressBytes + " bytes: " + address.length + " given");
        }
    }

    private static void requirePort(String which, OptionalInt port, Flow flow) {
        if (port.isPresent() && !flow.ports) {
            throw new IllegalArgumentException("flow rule: packets of " + flow + " have no " + which + " port");
        }
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 0xffff)) {
            throw new IllegalArgumentException("flow rule: ports are 0 to 65535: " + port.getAsInt());
        }
    }

    /** Source address, as a copy. */
    @Override
    public byte[] source() {
        return source.clone();
    }

    /** Destination address, as a copy. */
    @Override
    public byte[] destination() {
        return destination.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnaFlowRule that && queue == that.queue && flow == that.flow
            && Arrays.equals(source, that.source) && Arrays.equals(destination, that.destination)
            && sourcePort.equals(that.sourcePort) && destinationPort.equals(that.destinationPort);
    }

    @Override
    public int hashCode() {
        return Objects.hash(queue, flow, Arrays.hashCode(source), Arrays.hashCode(destination), sourcePort, destinationPort);
    }

    @Override
    public String toString() {
        return flow + " from " + text(source, sourcePort) + " to " + text(destination, destinationPort) + " goes to queue "
            + queue;
    }

    private static String text(byte[] address, OptionalInt port) {
        String ip = address.length == 0 ? "any" : address.length == 4 ? new Ipv4Address(word(address)).toString()
            : HexFormat.of().formatHex(address);
        return ip + (port.isPresent() ? " port " + port.getAsInt() : "");
    }

    private static int word(byte[] address) {
        return (address[0] & 0xff) << 24 | (address[1] & 0xff) << 16 | (address[2] & 0xff) << 8 | address[3] & 0xff;
    }

    /** The rule as the device wants it. */
    FlowRule forDevice() {
        return new FlowRule(padded(destination), mask(destination), padded(source), mask(source), destinationPort.orElse(0),
            mask(destinationPort), sourcePort.orElse(0), mask(sourcePort), 0, 0);
    }

    private static byte[] padded(byte[] address) {
        return Arrays.copyOf(address, IP_BYTES);
    }

    private static byte[] mask(byte[] address) {
        byte[] mask = new byte[IP_BYTES];
        Arrays.fill(mask, 0, address.length, (byte) 0xff);
        return mask;
    }

    private static int mask(OptionalInt port) {
        return port.isPresent() ? 0xffff : 0;
    }
}
