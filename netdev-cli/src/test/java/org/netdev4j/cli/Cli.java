package org.netdev4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.console.Interruption;

/** Runs commands in this process, as the launcher does in one of their own. */
final class Cli {
    private final Path directory;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private boolean terminal;
    private String input = "";
    private Path root = Path.of("/");

    Cli(Path directory) {
        this.directory = directory;
    }

    Cli environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Cli onTerminal() {
        terminal = true;
        return this;
    }

    /** What stands for {@code /}. */
    Cli root(Path tree) {
        root = tree;
        return this;
    }

    /** What stands on standard input. */
    Cli input(String text) {
        input = text;
        return this;
    }

    /**
     * What a command left.
     *
     * @param code exit code
     */
    record Result(int code, String out, String err) {
        JsonNode json() throws Exception {
            return JsonMapper.builder().build().readTree(out);
        }
    }

    Result run(String... args) {
        return run(new Interruption(), args);
    }

    Result run(Interruption interruption, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new Host(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
            environment, directory, terminal, terminal,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), root), interruption, args);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
