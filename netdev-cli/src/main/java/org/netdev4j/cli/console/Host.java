package org.netdev4j.cli.console;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The world outside the tool; tests put their own in its place.
 *
 * @param out         standard output
 * @param err         standard error
 * @param environment environment variables
 * @param directory   where the configuration file is looked for
 * @param outTerminal true if {@code out} is a terminal
 * @param errTerminal true if {@code err} is a terminal
 * @param in          standard input; asked for what is available, never waited for
 * @param root        what stands for {@code /}, where Linux shows its devices
 */
public record Host(PrintStream out, PrintStream err, Map<String, String> environment, Path directory, boolean outTerminal,
                   boolean errTerminal, InputStream in, Path root) {
    // Java can tell of input and output together only, and of the error stream not at all; a shell can.
    private static final String TERMINALS = "netdev.terminals";

    /** A world without input. */
    public Host(PrintStream out, PrintStream err, Map<String, String> environment, Path directory, boolean outTerminal,
                boolean errTerminal) {
        this(out, err, environment, directory, outTerminal, errTerminal, InputStream.nullInputStream(), Path.of("/"));
    }

    /** This process; whether its streams are terminals, the launcher says in a system property. */
    public static Host system() {
        String terminals = System.getProperty(TERMINALS, "");
        return new Host(System.out, System.err, System.getenv(), Path.of(""), terminals.contains("1"),
            terminals.contains("2"),
            new ForegroundInput(System.in), Path.of("/"));
    }
}
