package org.netdev4j.backend.ena;

/**
 * The device did not do what it was to do. Inside the driver only: at the border it becomes a fault of the device, with
 * its name in front.
 */
class EnaFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnaFault(String message) {
        super(message);
    }

    EnaFault(String message, Throwable cause) {
        super(message, cause);
    }
}
