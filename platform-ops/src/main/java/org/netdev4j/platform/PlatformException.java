package org.netdev4j.platform;

/**
 * The system under the drivers refused something: memory, a device file, a wire, a Linux call.
 *
 * <p>The message is one line that says what was asked, of which thing, what came back and what to do. It is shown to users
 * as it is.
 */
public class PlatformException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlatformException(String message) {
        super(message);
    }

    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
