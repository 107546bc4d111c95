package org.netdev4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.console.Host;
import org.netdev4j.platform.wire.WirePort;
import org.slf4j.LoggerFactory;

/** Where log lines go: to standard error, short, or to a file, in full. */
final class Logging {
    private static final String SHORT = "netdev: %-5level %msg%n";
    private static final String FULL = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} %msg%n";

    // What these log the tool itself ends with, as its error.
    private static final List<String> TOLD_ANYWAY = List.of("FileSource", "PipeSource", "PcapWire").stream()
        .map(name -> WirePort.class.getPackageName() + "." + name).toList();

    private Logging() {
    }

    /**
     * Sets the log up anew.
     *
     * @param level  least level that is logged
     * @param file   gets the log, if named
     * @param stacks true to show the stacks of exceptions on standard error too; a file has them always
     * @throws ConfigException if the file cannot be written
     */
    static void setUp(Host host, String level, Optional<String> file, boolean stacks) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(file.isPresent() ? FULL : stacks ? SHORT : SHORT.replace("%n", "%n%nopex"));
        encoder.start();
        appender.setContext(context);
        appender.setName(file.orElse("standard error"));
        appender.setEncoder(encoder);
        appender.setOutputStream(file.map(Logging::open).orElseGet(() -> new Unclosed(host.err())));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level));
        root.addAppender(appender);
        if (file.isEmpty()) {
            TOLD_ANYWAY.forEach(logger -> context.getLogger(logger).setLevel(Level.OFF));
        }
    }

    private static OutputStream open(String file) {
        try {
            return Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ConfigException("log file " + file + ": cannot be written: " + e.getMessage() + "; name another with --log-file", e);
        }
    }

    /** A stream that outlives the appender, which would close it. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream stream;

        Unclosed(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            stream.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }
}
