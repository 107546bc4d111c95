package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;

/** The peer asked for something that cannot be: it gets the error number as its reply, and people get the message. */
public final class VfioUserException extends PlatformException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * A refusal.
     *
     * @param errno   positive, for the reply
     * @param message what was asked and why it is refused
     */
    public VfioUserException(int errno, String message) {
        super(message + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    /** What was asked makes no sense. */
    public static VfioUserException invalid(String message) {
        return new VfioUserException(Errno.EINVAL, message);
    }

    /** Something is there already. */
    public static VfioUserException exists(String message) {
        return new VfioUserException(Errno.EEXIST, message);
    }

    /** There is room for no more. */
    public static VfioUserException noSpace(String message) {
        return new VfioUserException(Errno.ENOSPC, message);
    }

    /** For the reply. */
    public int errno() {
        return errno;
    }
}
