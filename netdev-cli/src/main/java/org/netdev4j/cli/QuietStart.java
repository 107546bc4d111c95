package org.netdev4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Keeps logback from looking for files and from logging anything until {@link Logging} sets it up: what a log line would say before that, the
 * tool says itself. Found by {@link java.util.ServiceLoader}.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {
    /** For {@link java.util.ServiceLoader}. */
    public QuietStart() {
        // nothing to set up
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
