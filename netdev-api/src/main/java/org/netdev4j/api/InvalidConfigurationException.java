package org.netdev4j.api;

/** A value that this device cannot take. Nothing was changed. The message names the value and what is allowed. */
public final class InvalidConfigurationException extends NetDevException {
    private static final long serialVersionUID = 1L;

    public InvalidConfigurationException(String device, String message) {
        super(device, message, null);
    }
}
