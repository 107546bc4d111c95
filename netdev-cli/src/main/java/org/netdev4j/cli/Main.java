package org.netdev4j.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.io.PrintWriter;
import org.netdev4j.cli.command.Action;
import org.netdev4j.cli.command.GlobalOptions;
import org.netdev4j.cli.command.NetdevCommand;
import org.netdev4j.cli.command.RunCommand;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.console.Interruption;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The {@code netdev} command. */
public final class Main {
    // Guice would generate classes to call constructors, which JDK 25 warns about and a few calls do not earn back.
    private static final String BYTECODE_OPTION = "guice_bytecode_gen_option";

    static {
        System.setProperty(BYTECODE_OPTION, "DISABLED");
    }

    private Main() {
    }

    /** Runs the command of this process, and ends the process with its exit code. */
    public static void main(String[] args) {
        Interruption interruption = new Interruption();
        interruption.install();
        int code = run(Host.system(), interruption, args);
        interruption.ended(code);
        System.exit(code);
    }

    /**
     * Runs a command in this process. Everything it has opened is closed when it returns.
     *
     * @return exit code: 0 done; 1 failed; 2 the command line or the configuration is wrong
     */
    public static int run(Host host, Interruption interruption, String... args) {
        Injector injector = Guice.createInjector(Stage.DEVELOPMENT, new ConsoleModule(host, interruption), new ConfigModule(),
            new PlatformModule());
        PlatformHolder platform = injector.getInstance(PlatformHolder.class);
        try {
            return execute(injector, host, args);
        } finally {
            platform.close();
        }
    }

    private static int execute(Injector injector, Host host, String... args) {
        Console console = injector.getInstance(Console.class);
        GlobalOptions options = injector.getInstance(GlobalOptions.class);
        Errors errors = new Errors(console, options);
        CommandLine commandLine = new CommandLine(injector.getInstance(NetdevCommand.class), new GuiceFactory(injector));
        commandLine.setOut(new PrintWriter(host.out(), true));
        commandLine.setErr(new PrintWriter(host.err(), true));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        commandLine.setUsageHelpAutoWidth(false).setUsageHelpWidth(120);
        commandLine.setParameterExceptionHandler(errors::usage);
        commandLine.setExecutionExceptionHandler(errors::execution);
        commandLine.setExecutionStrategy(prepared(injector));
        return commandLine.execute(args);
    }

    /** Sets up what the global options say, once they are known, then runs the command. */
    private static IExecutionStrategy prepared(Injector injector) {
        return parsed -> {
            Integer help = CommandLine.executeHelpRequest(parsed);
            if (help != null) {
                return help;
            }
            ParseResult chosen = parsed;
            // The applications of "run" are subcommands, too, but it is "run" that runs them, all together.
            while (chosen.hasSubcommand() && !(chosen.commandSpec().userObject() instanceof RunCommand)) {
                chosen = chosen.subcommand();
            }
            try {
                injector.getInstance(Preparation.class).prepare();
                return ((Action) chosen.commandSpec().userObject()).execute();
            } catch (ParameterException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new ExecutionException(chosen.commandSpec().commandLine(), e.getMessage(), e);
            }
        };
    }
}
