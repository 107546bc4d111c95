package org.netdev4j.models.ena;

import java.util.List;

/**
 * What can be made to go wrong on the control side of the model, by name. Names of the data side are in {@code EnaIoFaults}.
 *
 * <p>"Asked ten times a second" means by the device's own clock, from the moment it is plugged in.
 */
public final class EnaFaults {
    static final String ADMIN_REFUSED = "admin-refused";
    static final String ADMIN_LOST = "admin-lost";
    static final String ADMIN_SLOW = "admin-slow";
    static final String ADMIN_REORDERED = "admin-reordered";
    static final String ADMIN_WRONG_ID = "admin-wrong-id";
    static final String ADMIN_DUPLICATE = "admin-duplicate";
    static final String ADMIN_BAD_PHASE = "admin-bad-phase";
    static final String ADMIN_GARBAGE = "admin-garbage";
    static final String ADMIN_NO_INTERRUPT = "admin-no-interrupt";
    static final String FEATURE_REFUSED = "feature-refused";
    static final String FEATURE_GARBAGE = "feature-garbage";
    static final String CREATE_REFUSED = "create-refused";
    static final String READ_LOST = "read-lost";
    static final String READ_STALE = "read-stale";
    static final String READ_WRONG_OFFSET = "read-wrong-offset";
    static final String READ_ALL_ONES = "read-all-ones";
    static final String RESET_NEVER_STARTS = "reset-never-starts";
    static final String RESET_NEVER_ENDS = "reset-never-ends";
    static final String NOT_READY = "not-ready";
    static final String DMA_WIDTH_WRONG = "dma-width-wrong";
    static final String RESET_TIMEOUT_ZERO = "reset-timeout-zero";
    static final String VERSION_OLD = "version-old";
    static final String MAC_CHANGED = "mac-changed";
    static final String MTU_SHRUNK = "mtu-shrunk";
    static final String KEEP_ALIVE_SILENT = "keep-alive-silent";
    static final String LINK_FLAP = "link-flap";
    static final String FATAL_ERROR = "fatal-error";
    static final String REQUEST_RESET = "request-reset";
    static final String WARNING = "warning";
    static final String UPDATE_HINTS = "update-hints";
    static final String NOTIFICATION = "notification";
    static final String CONF_NOTIFICATION = "conf-notification";
    static final String REFRESH_CAPABILITIES = "refresh-capabilities";
    static final String AENQ_LOST = "aenq-lost";
    static final String AENQ_GARBAGE = "aenq-garbage";
    static final String AENQ_UNKNOWN_GROUP = "aenq-unknown-group";
    static final String AENQ_BAD_PHASE = "aenq-bad-phase";
    static final String AENQ_NO_INTERRUPT = "aenq-no-interrupt";
    static final String PHC_LOST = "phc-lost";
    static final String PHC_LATE = "phc-late";
    static final String PHC_BAD_TIMESTAMP = "phc-bad-timestamp";
    static final String PHC_BAD_BOUND = "phc-bad-bound";
    static final String ALL_ONES = "all-ones";
    static final String SILENCE = "silence";

    private static final List<Fault> ALL = List.of(
        new Fault(ADMIN_REFUSED, "opcode", "status, 6 if 0", "a command is not executed and answered with a status"),
        new Fault(ADMIN_LOST, "opcode", "", "a command is executed and never answered"),
        new Fault(ADMIN_SLOW, "opcode", "nanoseconds, 100 ms if 0", "a command is answered late"),
        new Fault(ADMIN_REORDERED, "opcode", "", "an answer waits until the next one has been given"),
        new Fault(ADMIN_WRONG_ID, "opcode", "id, 0xfff if 0", "an answer names another command"),
        new Fault(ADMIN_DUPLICATE, "opcode", "", "an answer comes twice"),
        new Fault(ADMIN_BAD_PHASE, "opcode", "", "an answer has the phase of the round before"),
        new Fault(ADMIN_GARBAGE, "opcode", "", "an answer of success has a random payload"),
        new Fault(ADMIN_NO_INTERRUPT, "opcode", "", "an answer comes without its interrupt"),
        new Fault(FEATURE_REFUSED, "feature id", "status, 3 if 0", "GET_FEATURE or SET_FEATURE is refused"),
        new Fault(FEATURE_GARBAGE, "feature id", "", "GET_FEATURE is answered with random numbers"),
        new Fault(CREATE_REFUSED, "how many queues were asked for before, since reset", "status, 1 if 0", "CREATE_CQ or CREATE_SQ is refused"),
        new Fault(READ_LOST, "register offset", "", "a read-less read is not answered"),
        new Fault(READ_STALE, "register offset", "", "a read-less read is answered with the number of the one before"),
        new Fault(READ_WRONG_OFFSET, "register offset", "offset, 0x30 if 0", "a read-less read is answered for another register"),
        new Fault(READ_ALL_ONES, "register offset", "", "a register reads as all ones"),
        new Fault(RESET_NEVER_STARTS, "", "", "a reset is not begun"),
        new Fault(RESET_NEVER_ENDS, "", "", "a reset is not ended"),
        new Fault(NOT_READY, "", "", "DEV_STS lacks READY when read"),
        new Fault(DMA_WIDTH_WRONG, "", "bits, 16 if 0", "CAPS names an impossible width of DMA addresses when read"),
        new Fault(RESET_TIMEOUT_ZERO, "", "", "CAPS names no time limit of a reset when read"),
        new Fault(VERSION_OLD, "", "", "CONTROLLER_VERSION is 0.0.0 when read"),
        new Fault(MAC_CHANGED, "", "", "DEVICE_ATTRIBUTES names another MAC address"),
        new Fault(MTU_SHRUNK, "", "MTU, 128 if 0", "DEVICE_ATTRIBUTES names a smaller largest MTU"),
        new Fault(KEEP_ALIVE_SILENT, "", "", "a keep-alive event is left out"),
        new Fault(LINK_FLAP, "", "nanoseconds down, 1 ms if 0", "the link goes down, and up again; asked ten times a second"),
        new Fault(FATAL_ERROR, "", "", "the device reports a fatal error and stops; asked ten times a second"),
        new Fault(REQUEST_RESET, "", "", "the device asks to be reset; asked ten times a second"),
        new Fault(WARNING, "", "syndrome", "the device warns; asked ten times a second"),
        new Fault(UPDATE_HINTS, "", "", "the device sends the hints of its keys; asked ten times a second"),
        new Fault(NOTIFICATION, "", "syndrome", "a notification without hints; asked ten times a second"),
        new Fault(CONF_NOTIFICATION, "", "bitmap, 1 if 0", "remarks on the configuration; asked ten times a second"),
        new Fault(REFRESH_CAPABILITIES, "", "", "the device says that its capabilities changed; asked ten times a second"),
        new Fault(AENQ_LOST, "group", "", "an event is left out"),
        new Fault(AENQ_GARBAGE, "group", "", "an event has a random payload and syndrome"),
        new Fault(AENQ_UNKNOWN_GROUP, "group", "group, 0xffff if 0", "an event names a group that there is not"),
        new Fault(AENQ_BAD_PHASE, "group", "", "an event has the phase of the round before"),
        new Fault(AENQ_NO_INTERRUPT, "group", "", "an event comes without its interrupt"),
        new Fault(PHC_LOST, "", "", "the time is not told"),
        new Fault(PHC_LATE, "", "nanoseconds, 100 us if 0", "the time is told late"),
        new Fault(PHC_BAD_TIMESTAMP, "", "", "the time told is marked as invalid"),
        new Fault(PHC_BAD_BOUND, "", "", "the error bound told is marked as invalid"),
        new Fault(ALL_ONES, "", "", "the device is gone: reads are all ones, from this register access on"),
        new Fault(SILENCE, "", "", "the device does nothing more, from this register access on; registers can be read directly"));

    private EnaFaults() {
    }

    /** All of them. */
    public static List<Fault> all() {
        return ALL;
    }

    /**
     * One of them.
     *
     * @param name        as a fault plan names it
     * @param place       what the place of the fault is, empty if it has only one
     * @param value       what its value is, empty if it takes none
     * @param description one line
     */
    public record Fault(String name, String place, String value, String description) {
    }
}
