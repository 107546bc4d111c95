package org.netdev4j.platform;

/** A Linux call failed. The message is {@code call: ENOENT (No such file or directory)}. */
public final class LinuxException extends PlatformException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;
    private final String errnoName;

    /**
     * Made where the call is.
     *
     * @param call      the call and what it was about: {@code open(/dev/net/tun)}
     * @param errno     error number, positive
     * @param errnoName its name: {@code ENOENT}
     * @param text      what it means, for people
     */
    public LinuxException(String call, int errno, String errnoName, String text) {
        super(call + ": " + errnoName + " (" + text + ")");
        this.call = call;
        this.errno = errno;
        this.errnoName = errnoName;
    }

    /** The call and what it was about. */
    public String call() {
        return call;
    }

    /** Error number, positive. */
    public int errno() {
        return errno;
    }

    /** Name of the error number: {@code ENOENT}. */
    public String errnoName() {
        return errnoName;
    }
}
