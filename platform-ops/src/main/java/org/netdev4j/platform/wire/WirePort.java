package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/**
 * One end of a wire: what a device plugs its port into, and what a test holds at the far end.
 *
 * <p>A frame is an Ethernet frame from destination address to the last byte of payload, without FCS, of 1 to
 * {@link #MAX_FRAME} bytes. A port carries what it is given and adds no padding.
 *
 * <p>Threads: {@link #send} and {@link #receive} may be called by one thread each at a time, not the same one necessarily;
 * a device with several queues serialises them. Neither waits, neither allocates, neither throws for anything that happens
 * on the wire.
 */
public interface WirePort extends AutoCloseable {
    /** Longest frame in bytes: the longest packet buffer chain that is one IP packet, with Ethernet and two VLAN headers. */
    int MAX_FRAME = 65_535 + 22;

    /** {@link #receive} found no frame. */
    int EMPTY = 0;

    /**
     * Sends a frame; it is copied before the call returns.
     *
     * @return true if the wire took it. False if it has no room now: the sender keeps the frame and may try again or count a
     *     drop. A frame that the wire loses on purpose (a decorator, no peer, link down) counts as taken.
     */
    boolean send(Memory frame, long offset, int length);

    /**
     * Takes the next frame from the wire.
     *
     * @param into     where to
     * @param offset   first byte there
     * @param capacity room in bytes; {@link #MAX_FRAME} is always enough
     * @return length of the frame, or {@link #EMPTY}. A frame longer than {@code capacity} is cut to it, and counted in
     *     {@link #truncated()}.
     */
    int receive(Memory into, long offset, int capacity);

    /**
     * Nanoseconds since 1970 at which the frame last taken by {@link #receive} was on the wire; 0 if the wire does not know.
     * For the receiving thread.
     */
    long receivedAtEpochNanos();

    /** Frames that {@link #receive} had to cut. */
    long truncated();

    /** True if a frame is waiting. May be called by any thread. */
    boolean readable();

    /**
     * Names an event to signal when a frame arrives and when {@link #linkUp()} or {@link #exhausted()} changes; null for
     * none. A signal comes at least once after each arrival that follows a {@link #receive} that returned {@link #EMPTY}. If
     * frames are waiting already, the event is signalled at once.
     */
    void notify(WaitEvent event);

    /** True if the far end is there. */
    boolean linkUp();

    /** True if no frame will ever come again: the file is at its end, or the far end is gone for good. */
    boolean exhausted();

    /**
     * What went wrong on the wire, if something did: a capture file that is corrupt, a disk that is full. The port then acts
     * as one whose wire has ended ({@link #exhausted()}) or swallows what is sent. Set once; may be called by any thread.
     */
    default Optional<PlatformException> failure() {
        return Optional.empty();
    }

    /** What has passed so far; empty if this wire does not count. May be called by any thread. */
    default Optional<WireStats> stats() {
        return Optional.empty();
    }

    /** Name for people, as {@code tap:nd0}. */
    String name();

    /**
     * Unplugs: writes out what is buffered, removes what was made (a TAP interface, a thread). Idempotent. No {@link #send}
     * or {@link #receive} may be running; later ones are harmless: the frame counts as taken, and none is found.
     *
     * @throws PlatformException if buffered frames could not be written, or if the wire failed before; all else is released
     */
    @Override
    void close();
}
