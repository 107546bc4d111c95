/**
 * Packet headers where they lie: views, checksums, the Toeplitz hash, a parser and a segmenter, none of which copies or
 * allocates.
 *
 * <p><b>Views.</b> {@link org.netdev4j.net.Ethernet}, {@link org.netdev4j.net.Ipv4} and the others have no instances. Each
 * accessor takes the memory and the offset {@code at} of the header's first byte; a getter and its setter have the same
 * name. Values are in the order of the CPU, the wire is big-endian. What has 16 bits or fewer is an {@code int} from zero
 * up; IPv4 addresses and TCP sequence numbers are an {@code int} with all bits used; an Ethernet address is a {@code long}
 * with the first byte on the wire in bits 47 to 40; an IPv6 address is two {@code long}s, high and low. A setter stores
 * the low bits of its value, changes no other field, and leaves checksums alone unless its name says otherwise.
 *
 * <p><b>The guarantee of {@code check}.</b> Each view has {@code check(memory, at, available)}, where the caller says how
 * many bytes from {@code at} on belong to the packet, and the memory holds them. {@code check} reads nothing beyond them
 * and throws nothing, whatever they contain. If it returns true, the header lies in them including its variable part, and
 * every getter of the view reads inside them and does not throw; this ends when somebody writes the header's length field.
 * If it returns false, no getter may be called. Whether the <em>values</em> make sense is not asked, except where
 * {@code check} says so. {@link org.netdev4j.net.PacketParser} does these checks for a whole frame.
 *
 * <p><b>Threads.</b> Views keep no state: any thread may call them, and nothing orders the accesses. Two threads must not
 * work on the same header when one of them writes.
 *
 * <p>An access outside the memory region throws {@link java.lang.IndexOutOfBoundsException}, as
 * {@link org.netdev4j.platform.memory.Memory} does: this is a mistake of the caller, never a property of the packet.
 */
package org.netdev4j.net;
