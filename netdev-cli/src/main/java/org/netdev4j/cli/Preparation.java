package org.netdev4j.cli;

import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.netdev4j.cli.command.GlobalOptions;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Host;

/** What the global options say of the tool itself. */
final class Preparation {
    private final GlobalOptions options;
    private final Supplier<Config> config;
    private final Console console;
    private final Host host;

    @Inject
    Preparation(GlobalOptions options, Supplier<Config> config, Console console, Host host) {
        this.options = options;
        this.config = config;
        this.console = console;
        this.host = host;
    }

    void prepare() {
        if (options.noColor()) {
            console.withoutColour();
        }
        String level = switch (options.verbosity()) {
            case 0 -> config.get().get(Keys.LOG_LEVEL);
            case 1 -> "info";
            case 2 -> "debug";
            default -> "trace";
        };
        Logging.setUp(host, level, options.logFile().or(() -> config.get().find(Keys.LOG_FILE)), options.debug());
    }
}
