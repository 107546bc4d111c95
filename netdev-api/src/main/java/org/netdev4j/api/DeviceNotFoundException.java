package org.netdev4j.api;

/** No such bus, driver or device, or none that fits. The message names what there is. */
public final class DeviceNotFoundException extends NetDevException {
    private static final long serialVersionUID = 1L;

    public DeviceNotFoundException(String device, String message) {
        super(device, message, null);
    }

    public DeviceNotFoundException(String device, String message, Throwable cause) {
        super(device, message, cause);
    }
}
