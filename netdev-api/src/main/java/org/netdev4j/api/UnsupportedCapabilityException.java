package org.netdev4j.api;

/** The device lacks a capability that the call needs. Nothing was changed. */
public final class UnsupportedCapabilityException extends UnsupportedOperationException implements NetDevError {
    private static final long serialVersionUID = 1L;

    private final String device;
    private final Capability capability;

    /**
     * A call that needs a capability the device lacks.
     *
     * @param driver    the driver's name
     * @param operation the call, as written
     */
    public UnsupportedCapabilityException(String device, String driver, String operation, Capability capability) {
        super(device + ": " + operation + " is not supported by " + driver + ": the device has no \"" + capability.label()
            + "\" (" + capability + ")");
        this.device = device;
        this.capability = capability;
    }

    @Override
    public String device() {
        return device;
    }

    /** What is missing. */
    public Capability capability() {
        return capability;
    }
}
