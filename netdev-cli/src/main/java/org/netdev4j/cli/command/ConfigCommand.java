package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigDump;
import org.netdev4j.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is configured. */
@Command(name = "config", mixinStandardHelpOptions = true, description = "Show the configuration.",
    subcommands = ConfigCommand.Show.class)
final class ConfigCommand implements Action {
    @Spec
    private CommandSpec spec;

    @Override
    public int execute() {
        throw new ParameterException(spec.commandLine(), "say what to do: netdev config show");
    }

    /** Shows what is in effect. */
    @Command(name = "show", mixinStandardHelpOptions = true,
        description = "Show the values in effect and where each comes from: default, file and line, environment, or option.",
        footer = {"", "The text is YAML and can be read again. JSON: values, a tree of the keys; origins, by full key."})
    static final class Show implements Action {
        private final Console console;
        private final Supplier<Config> config;

        @Option(names = "--json", description = "as JSON")
        private boolean json;

        @Option(names = {"-a", "--all"}, description = "also the keys that have no value, with what they can be")
        private boolean all;

        @Inject
        Show(Console console, Supplier<Config> config) {
            this.console = console;
            this.config = config;
        }

        @Override
        public int execute() {
            ConfigDump dump = new ConfigDump(config.get(), all);
            if (json) {
                console.json(dump.plain());
            } else {
                console.out().print(dump.yaml());
            }
            return DONE;
        }
    }
}
