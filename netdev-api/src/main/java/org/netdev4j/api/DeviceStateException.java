package org.netdev4j.api;

/** The caller asked for something that the device's state does not allow. Nothing was changed. */
public final class DeviceStateException extends NetDevException {
    private static final long serialVersionUID = 1L;

    private final DeviceState state;

    /**
     * A call in the wrong state.
     *
     * @param operation the call, as written: {@code start()}
     * @param state     the state the device is in
     * @param needs     what it needs, for people: {@code CONFIGURED: call configure() first}
     */
    public DeviceStateException(String device, String operation, DeviceState state, String needs) {
        super(device, operation + " in state " + state + "; it needs " + needs, null);
        this.state = state;
    }

    /** The state that did not allow the call. */
    public DeviceState state() {
        return state;
    }
}
