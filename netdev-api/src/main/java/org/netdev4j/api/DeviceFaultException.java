package org.netdev4j.api;

/**
 * The device, or the system under it, did not do what was asked: it refused a command, stayed silent until the deadline, or
 * answered with nonsense. The call has changed nothing, or the device is now {@link DeviceState#FAILED}: {@link
 * NetDev#state()} says which.
 */
public final class DeviceFaultException extends NetDevException {
    private static final long serialVersionUID = 1L;

    public DeviceFaultException(String device, String message) {
        super(device, message, null);
    }

    public DeviceFaultException(String device, String message, Throwable cause) {
        super(device, message, cause);
    }
}
