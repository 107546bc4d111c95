package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The tool itself. */
@Command(name = "netdev", mixinStandardHelpOptions = true, versionProvider = Version.class,
    description = "Network adapters driven from Java.",
    subcommands = {BackendsCommand.class, DevicesCommand.class, BindCommand.class, DoctorCommand.class, InfoCommand.class,
        StatsCommand.class, RunCommand.class, ServeCommand.class, ConformanceCommand.class, ConfigCommand.class},
    footer = {"", "Exit codes: 0 done, also when ended by Ctrl-C; 1 it failed; 2 the command or the configuration is wrong."})
public final class NetdevCommand implements Action {
    @Mixin
    private final GlobalOptions options;

    @Spec
    private CommandSpec spec;

    @Inject
    NetdevCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public int execute() {
        throw new ParameterException(spec.commandLine(), "a command is missing; there are "
            + String.join(", ", spec.subcommands().keySet()));
    }
}
