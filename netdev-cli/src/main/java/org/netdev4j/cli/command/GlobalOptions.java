package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command. */
@Singleton
public final class GlobalOptions {
    @Option(names = "--config", paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "configuration; without it ./netdev.yaml, if there is one")
    private String config;

    @Option(names = {"-o", "--set"}, paramLabel = "KEY=VALUE", scope = ScopeType.INHERIT,
        description = "a value of the configuration; see: netdev config show --all")
    private List<String> values = new ArrayList<>();

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "log more; -vv still more")
    private boolean[] verbose = {};

    @Option(names = "--log-file", paramLabel = "FILE", scope = ScopeType.INHERIT, description = "file that gets the log")
    private String logFile;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "no colours, as with NO_COLOR")
    private boolean noColor;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show the stack of an error")
    private boolean debug;

    @Inject
    GlobalOptions() {
        // picocli fills it
    }

    /** The configuration file, if one is named. */
    public Optional<String> config() {
        return Optional.ofNullable(config);
    }

    /** Values of the configuration, as written. */
    public List<String> values() {
        return values;
    }

    /** How often more of the log was asked for. */
    public int verbosity() {
        return verbose.length;
    }

    /** The file for the log, if one is named. */
    public Optional<String> logFile() {
        return Optional.ofNullable(logFile);
    }

    /** True if there are to be no colours. */
    public boolean noColor() {
        return noColor;
    }

    /** True if errors are to be shown with their stack. */
    public boolean debug() {
        return debug;
    }
}
