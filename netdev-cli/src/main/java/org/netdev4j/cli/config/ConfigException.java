package org.netdev4j.cli.config;

/** What the user gave is wrong: a key, a value, a file. One line that names it, where it stands, and what is allowed. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
