package org.netdev4j.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.console.Interruption;

/**
 * Runs what users run, and says nothing: the launcher starts it once after a build, so that the JVM can keep what it has loaded and linked
 * (-XX:AOTCacheOutput) and later start from there.
 */
public final class Training {
    private static final List<String> COMMANDS = List.of(
        "--help",
        "run echo --help",
        "no-such-command",
        "backends",
        "devices",
        "info loopback:",
        "info --json -g loopback:",
        "stats loopback:",
        "config show",
        "config show -o devices.a.address=loopback: -o devices.a.mtu=1400",
        "run generate --device loopback: --count 1000 --json",
        "run generate --device loopback:a --wire link:training --count 100 capture --device loopback:b --wire link:training",
        "run generate --device sim:ena,trace=/dev/null --wire null: --count 1000",
        "conformance --device loopback: --list");

    private Training() {
    }

    /** Runs the commands; whether they succeed is of no concern here. */
    public static void main(String[] args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        for (String command : COMMANDS) {
            Main.run(new Host(nowhere, nowhere, Map.of(), Path.of("no-such-directory"), false, false), new Interruption(),
                command.split(" "));
        }
    }
}
