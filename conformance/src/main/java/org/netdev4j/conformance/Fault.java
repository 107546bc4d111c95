package org.netdev4j.conformance;

/**
 * A fault to inject, from now on.
 *
 * @param kind    what goes wrong
 * @param receive for faults of completions: false on the transmit side, true on the receive side
 * @param queue   queue on which, if the kind has one
 * @param count   how many times; 0 for always: until {@link RiggedDevice#clearFaults}, a device may also end it with a reset
 * @param value   what is wrong about it, where the kind leaves a choice. {@link FaultKind#COMPLETION_WRONG_ID}: 0 and
 *                more for how far the id is out of range, -1 for one in range that nothing waits for. {@link
 *                FaultKind#CORRUPT_LENGTH}: the length. {@link FaultKind#ADMIN_REFUSED}, {@link FaultKind#ADMIN_LOST}
 *                and {@link FaultKind#MAILBOX_LOSS}: how many control commands succeed before. {@link
 *                FaultKind#ADMIN_SLOW}: milliseconds, 0 for a time that a driver must wait. {@link
 *                FaultKind#LINK_FLAP}: 0 for down, 1 for up, where it stays unless the fault is for always
 * @param after   register accesses of the driver that come before it, from now on, or from power on if the device is
 *                opened with it; only on a rig that {@link ConformanceRig#countsAccesses counts them}, else 0
 */
public record Fault(FaultKind kind, boolean receive, int queue, int count, int value, int after) {
    /** A fault that happens once, on transmit queue 0, with value 0. */
    public static Fault once(FaultKind kind) {
        return new Fault(kind, false, 0, 1, 0, 0);
    }

    /** A fault that happens until the device is reset, on transmit queue 0, with value 0. */
    public static Fault always(FaultKind kind) {
        return new Fault(kind, false, 0, 0, 0, 0);
    }

    /** The same on the receive side. */
    public Fault onReceive() {
        return new Fault(kind, true, queue, count, value, after);
    }

    /** The same on another queue. */
    public Fault onQueue(int index) {
        return new Fault(kind, receive, index, count, value, after);
    }

    /** The same a number of times; 0 for always. */
    public Fault times(int number) {
        return new Fault(kind, receive, queue, number, value, after);
    }

    /** The same with another value. */
    public Fault withValue(int other) {
        return new Fault(kind, receive, queue, count, other, after);
    }

    /** The same, but not before the driver has made so many register accesses. */
    public Fault afterAccesses(int accesses) {
        return new Fault(kind, receive, queue, count, value, accesses);
    }
}
