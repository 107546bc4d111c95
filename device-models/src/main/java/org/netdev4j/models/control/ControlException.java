package org.netdev4j.models.control;

import org.netdev4j.platform.PlatformException;

/** A request over a control channel was refused, or the channel failed; in one line that names the channel. */
public final class ControlException extends PlatformException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    ControlException(Code code, String message) {
        super(message);
        this.code = code;
    }

    ControlException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What kind of failure it is. */
    public Code code() {
        return code;
    }

    /** Kinds of failure. */
    public enum Code {
        /** The channel cannot be had, or has failed: no request succeeds any more. */
        CHANNEL,
        /** The request makes no sense to the device: an unknown fault, a value that is not allowed. */
        REFUSED,
        /** Another client of the control channel has the device. */
        BUSY,
        /** The device would look different to a client of it that stays, as QEMU has to. */
        DIFFERENT_FACE,
        /** The device was not powered on over this channel. */
        NOT_POWERED_ON
    }
}
