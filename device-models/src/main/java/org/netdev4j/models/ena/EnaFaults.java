package org.netdev4j.models.ena;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.models.device.FaultSpec;

/**
 * What can be made to go wrong on the control side of the model, by name. What the bus can do to any device, as to
 * pull it out or to lose its interrupts, comes besides.
 *
 * <p>"Ten times a second" is how often the device has occasion to do so of its own accord, by its clock, while it has
 * somewhere to write events.
 */
final class EnaFaults {
    static final String ADMIN_REFUSED = "admin-refused";
    static final String ADMIN_LOST = "admin-lost";
    static final String ADMIN_SLOW = "admin-slow";
    static final String ADMIN_REORDERED = "admin-reordered";
    static final String ADMIN_WRONG_ID = "admin-wrong-id";
    static final String ADMIN_DUPLICATE = "admin-duplicate";
    static final String ADMIN_BAD_PHASE = "admin-bad-phase";
    static final String ADMIN_GARBAGE = "admin-garbage";
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
    static final String PHC_LOST = "phc-lost";
    static final String PHC_LATE = "phc-late";
    static final String PHC_BAD_TIMESTAMP = "phc-bad-timestamp";
    static final String PHC_BAD_BOUND = "phc-bad-bound";
    static final String SILENCE = "silence";

    private static final String TEN_TIMES = "; it can ten times a second";

    private EnaFaults() {
    }

    /** All of them. */
    static List<FaultSpec> specs() {
        return List.of(admin(ADMIN_REFUSED, "a command is not executed, and answered with this status")
                .value("status", AdminStatus.UNKNOWN_ERROR.code()),
            admin(ADMIN_LOST, "a command is executed and never answered"),
            admin(ADMIN_SLOW, "a command is answered late").value("nanoseconds", 100_000_000),
            admin(ADMIN_REORDERED, "an answer waits until the next one has been given"),
            admin(ADMIN_WRONG_ID, "an answer names another command").value("command id", 0xfff),
            admin(ADMIN_DUPLICATE, "an answer comes twice"),
            admin(ADMIN_BAD_PHASE, "an answer has the phase of the round before"),
            admin(ADMIN_GARBAGE, "an answer of success has a random payload"),
            feature(FEATURE_REFUSED, "GET_FEATURE or SET_FEATURE is refused")
                .value("status", AdminStatus.UNSUPPORTED_OPCODE.code()),
            feature(FEATURE_GARBAGE, "GET_FEATURE is answered with random numbers"),
            FaultSpec.of(CREATE_REFUSED, "CREATE_CQ or CREATE_SQ is refused")
                .at("number of queues asked for before, since reset")
                .value("status", AdminStatus.RESOURCE_ALLOCATION_FAILURE.code()),
            register(READ_LOST, "a read through memory is not answered"),
            register(READ_STALE, "a read through memory is answered with the number of the one before"),
            register(READ_WRONG_OFFSET, "a read through memory is answered for another register")
                .value("offset", EnaRegister.ACQ_TAIL.offset()),
            register(READ_ALL_ONES, "a register reads as all ones"),
            FaultSpec.of(RESET_NEVER_STARTS, "a reset is not begun"),
            FaultSpec.of(RESET_NEVER_ENDS, "a reset is not ended"),
            FaultSpec.of(NOT_READY, "DEV_STS lacks READY when read"),
            FaultSpec.of(DMA_WIDTH_WRONG, "CAPS names an impossible width of DMA addresses when read").value("bits", 16),
            FaultSpec.of(RESET_TIMEOUT_ZERO, "CAPS names no time limit of a reset when read"),
            FaultSpec.of(VERSION_OLD, "CONTROLLER_VERSION is 0.0.0 when read"),
            FaultSpec.of(MAC_CHANGED, "DEVICE_ATTRIBUTES names another MAC address"),
            FaultSpec.of(MTU_SHRUNK, "DEVICE_ATTRIBUTES names another largest MTU").value("MTU", DeviceFeatures.MIN_MTU),
            FaultSpec.of(KEEP_ALIVE_SILENT, "a keep-alive event is left out"),
            FaultSpec.of(LINK_FLAP, "the link goes down, and up again" + TEN_TIMES).value("nanoseconds down", 1_000_000),
            FaultSpec.of(FATAL_ERROR, "the device reports a fatal error, and does nothing more until reset" + TEN_TIMES),
            FaultSpec.of(REQUEST_RESET, "the device asks to be reset" + TEN_TIMES),
            FaultSpec.of(WARNING, "the device warns" + TEN_TIMES).value("syndrome", 0),
            FaultSpec.of(UPDATE_HINTS, "the device sends the hints of its keys" + TEN_TIMES),
            FaultSpec.of(NOTIFICATION, "the device notifies of something else than hints" + TEN_TIMES).value("syndrome", 1),
            FaultSpec.of(CONF_NOTIFICATION, "the device remarks on the configuration" + TEN_TIMES).value("bitmap", 1),
            FaultSpec.of(REFRESH_CAPABILITIES, "the device says that its capabilities changed" + TEN_TIMES),
            event(AENQ_LOST, "an event is left out"),
            event(AENQ_GARBAGE, "an event has a random payload and syndrome"),
            event(AENQ_UNKNOWN_GROUP, "an event names a group that there is not").value("group", 0xffff),
            event(AENQ_BAD_PHASE, "an event has the phase of the round before"),
            FaultSpec.of(PHC_LOST, "the time is not told"),
            FaultSpec.of(PHC_LATE, "the time is told late").value("nanoseconds", 100_000),
            FaultSpec.of(PHC_BAD_TIMESTAMP, "the time told is marked as invalid"),
            FaultSpec.of(PHC_BAD_BOUND, "the error bound told is marked as invalid"),
            register(SILENCE,
                "from this write of a register or doorbell on the device does nothing; its registers can be read"));
    }

    private static FaultSpec admin(String name, String description) {
        return FaultSpec.of(name, description).at("opcode", places(AdminOpcode.values(), AdminOpcode::code));
    }

    private static FaultSpec feature(String name, String description) {
        return FaultSpec.of(name, description).at("feature", places(FeatureId.values(), FeatureId::code));
    }

    private static FaultSpec register(String name, String description) {
        return FaultSpec.of(name, description).at("register", places(EnaRegister.values(), EnaRegister::offset));
    }

    private static FaultSpec event(String name, String description) {
        return FaultSpec.of(name, description).at("group", places(AenqGroup.values(), AenqGroup::code));
    }

    private static <E extends Enum<E>> Map<String, Integer> places(E[] all, ToIntFunction<E> code) {
        Function<E, String> name = each -> each.name().toLowerCase(Locale.ROOT);
        return Arrays.stream(all).collect(Collectors.toMap(name, code::applyAsInt));
    }
}
