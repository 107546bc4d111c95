/**
 * The software NIC: a device with all that the SPI has, in this process, on any wire. It is what examples run on, and the
 * reference that other backends are held against.
 *
 * <p>{@link org.netdev4j.backend.loopback.LoopbackBus} makes it on demand, {@link
 * org.netdev4j.backend.loopback.LoopbackDriver} drives it; both are found by {@link java.util.ServiceLoader}, and there
 * is nothing else to call.
 *
 * <p><b>Receive.</b> The device has no thread of its own. Whoever polls a queue moves frames from the wire to the posted
 * buffers of all queues; while a queue waits for its interrupt, whoever puts a frame on the wire does. A frame for a
 * queue without a posted buffer is missed; frames that nobody needed yet stay on the wire, so that a thread that polls
 * one queue loses none by being slow.
 *
 * <p><b>Transmit.</b> A packet is on the wire when the call returns, and its buffers are free, unless the wire is full:
 * then packets stay in the ring and are tried again with each later call. While the link is down packets are taken, lost,
 * and counted as errors.
 *
 * <p><b>What it does not do.</b> It adds no padding and no FCS. It looks past two VLAN tags, and strips and filters by a
 * first tag of type 0x8100 only. Offloads reach the outer headers; a tunnel's inner ones are payload. There are no
 * transmit interrupts.
 */
package org.netdev4j.backend.loopback;
