package org.netdev4j.conformance;

/**
 * What can go wrong with a device by itself. A {@link ConformanceRig} says which of these it can cause; cases that need
 * another are skipped by name.
 */
public enum FaultKind {
    /** The completion of a packet never comes. */
    COMPLETION_DROPPED("a completion is dropped"),
    /** A completion comes long after the packet was sent. */
    COMPLETION_LATE("a completion comes late"),
    /** A completion comes twice. */
    COMPLETION_DUPLICATED("a completion comes twice"),
    /** Completions come in another order than the packets were given. */
    COMPLETION_REORDERED("completions come out of order"),
    /** A completion names an id that is out of range, or that nothing waits for. */
    COMPLETION_WRONG_ID("a completion names a wrong id"),
    /** The device answers a control command with an error. */
    ADMIN_REFUSED("a control command is refused"),
    /** The device never answers a control command. */
    ADMIN_LOST("a control command is lost"),
    /** The device answers a control command, but takes its time. */
    ADMIN_SLOW("a control command is slow"),
    /** An interrupt message never arrives. */
    INTERRUPT_LOST("an interrupt is lost"),
    /** The link goes down and comes back. */
    LINK_FLAP("the link goes down and up"),
    /** The device stops telling that it is alive. */
    KEEP_ALIVE_SILENCE("keep-alive falls silent"),
    /** The device says that it has to be reset. */
    RESET_REQUEST("the device asks for a reset"),
    /** The device does nothing any more: registers read as they were, and nobody acts on what is written. */
    SILENCE("the device falls silent"),
    /** The physical function behind a virtual one is reset. */
    PF_RESET("the physical function is reset"),
    /** A mailbox message between virtual and physical function is lost. */
    MAILBOX_LOSS("a mailbox message is lost"),
    /** The device is gone: it reads as all ones and ignores writes. */
    SURPRISE_REMOVAL("the device is gone"),
    /** A received packet is said to have an impossible length. */
    CORRUPT_LENGTH("a received length is corrupt"),
    /** The device cannot reach memory that it was given. */
    DMA_FAULT("a DMA access faults");

    private final String label;

    FaultKind(String label) {
        this.label = label;
    }

    /** A few words for people. */
    public String label() {
        return label;
    }
}
