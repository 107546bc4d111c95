package org.netdev4j.cli;

import java.util.List;
import org.netdev4j.api.DeviceNotFoundException;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetDevError;
import org.netdev4j.api.UnsupportedCapabilityException;
import org.netdev4j.cli.command.GlobalOptions;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.console.Console;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells errors in one line each, and says with which code the process ends. */
final class Errors {
    /** It failed. */
    static final int FAILED = 1;
    /** What the user gave is wrong. */
    static final int USAGE = 2;

    private final Console console;
    private final GlobalOptions options;

    Errors(Console console, GlobalOptions options) {
        this.console = console;
        this.options = options;
    }

    /** The command line cannot be read. */
    int usage(ParameterException e, String... args) {
        String suggestion = "";
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            suggestion = near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
        }
        console.error(oneLine(e.getMessage()) + suggestion + "; see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        stack(e);
        return USAGE;
    }

    /** A command threw. */
    int execution(Exception e, CommandLine commandLine, ParseResult parsed) {
        boolean expected = e instanceof ConfigException || e instanceof NetDevError || e instanceof PlatformException;
        console.error(expected ? oneLine(e.getMessage())
            : "internal error: " + oneLine(e.toString()) + (options.debug() ? "" : "; run again with --debug to see where"));
        stack(e);
        return codeOf(e);
    }

    static int codeOf(Exception e) {
        boolean users = e instanceof ConfigException || e instanceof DeviceNotFoundException || e instanceof InvalidConfigurationException
            || e instanceof UnsupportedCapabilityException || e instanceof DeviceAddress.BadAddressException;
        return users ? USAGE : FAILED;
    }

    private void stack(Exception e) {
        if (options.debug()) {
            console.stack(e);
        }
    }

    private static String oneLine(String text) {
        return text == null ? "no message" : text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
