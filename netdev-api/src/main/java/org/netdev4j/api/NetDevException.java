package org.netdev4j.api;

/** A call on the control path that did not succeed. Unchecked; the subtypes say whose fault it was. */
public abstract sealed class NetDevException extends RuntimeException implements NetDevError
    permits DeviceStateException, InvalidConfigurationException, DeviceNotFoundException, DeviceFaultException {
    private static final long serialVersionUID = 1L;

    private final String device;

    NetDevException(String device, String message, Throwable cause) {
        super(device + ": " + message, cause);
        this.device = device;
    }

    @Override
    public final String device() {
        return device;
    }
}
