package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.AdminStatus;

/** An admin command that brought no answer, or a refusal. */
final class AdminFailure extends EnaFault {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What became of the command. */
    enum Kind {
        /** The device has no such command or feature. */
        UNSUPPORTED,
        /** The device has no more of what was asked for. */
        NO_RESOURCES,
        /** The device said no. */
        REFUSED,
        /** The device did not answer in time; the queue is closed. */
        TIMED_OUT,
        /** The queue had been closed, by an earlier command or a reset. */
        CLOSED
    }

    AdminFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** A refusal, in words [AMZN ena_com.c, ena_com_admin_status_to_errno]. */
    static AdminFailure refused(AdminCommand<?> command, int status, int extended) {
        AdminStatus known = AdminStatus.of(status);
        String why = known == null ? "status " + status + ", which no ENA has" : switch (known) {
            case SUCCESS -> throw new IllegalArgumentException("success is no refusal");
            case RESOURCE_ALLOCATION_FAILURE -> "it has no resources for it left; ask for fewer or shorter queues";
            case BAD_OPCODE -> "it knows no such command";
            case UNSUPPORTED_OPCODE -> "it does not support it";
            case MALFORMED_REQUEST -> "the request is malformed";
            case ILLEGAL_PARAMETER -> "a parameter is illegal";
            case UNKNOWN_ERROR -> "an error that it does not name";
            case RESOURCE_BUSY -> "it is busy; try again";
        };
        Kind kind = known == AdminStatus.UNSUPPORTED_OPCODE ? Kind.UNSUPPORTED
            : known == AdminStatus.RESOURCE_ALLOCATION_FAILURE ? Kind.NO_RESOURCES : Kind.REFUSED;
        return new AdminFailure(kind, "the device refused " + command.text() + ": " + why + " (status " + status
            + (extended == 0 ? "" : ", extended " + extended) + ")");
    }

    Kind kind() {
        return kind;
    }

    /** True if the device answers no more commands until it is reset. */
    boolean silent() {
        return kind == Kind.TIMED_OUT || kind == Kind.CLOSED;
    }
}
