package org.netdev4j.cli.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads a YAML file into entries, each with its line. */
final class ConfigFile {
    private static final String DEVICES = "devices";

    private final String name;
    private final List<Config.Entry> entries = new ArrayList<>();

    private ConfigFile(String name) {
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @param path where it is
     * @param name how messages call it
     * @throws ConfigException if it cannot be read, is no YAML, or has a key that is not known
     */
    static List<Config.Entry> read(Path path, String name) {
        try {
            return parse(Files.readString(path), name);
        } catch (NoSuchFileException e) {
            throw new ConfigException("configuration file " + name + ": there is no such file", e);
        } catch (MalformedInputException e) {
            throw new ConfigException("configuration file " + name + ": is not text in UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException("configuration file " + name + ": cannot be read: "
                + (Files.isDirectory(path) ? "it is a directory" : e.getMessage()), e);
        }
    }

    static List<Config.Entry> parse(String text, String name) {
        ConfigFile file = new ConfigFile(name);
        Optional<Node> root;
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(name).build();
            root = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
        } catch (MarkedYamlEngineException e) {
            String at = e.getProblemMark().map(m -> name + ":" + (m.getLine() + 1)).orElse(name);
            throw new ConfigException(at + ": not valid YAML: " + oneLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new ConfigException(name + ": not valid YAML: " + oneLine(e.getMessage()), e);
        }
        root.filter(node -> !isNull(node)).ifPresent(node -> file.section(node, "", file.line(node)));
        return file.entries;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\n\\s*", " ");
    }

    private void section(Node node, String path, Origin origin) {
        // A device has an address at least; every other section may be empty.
        if (isNull(node) && !path.matches(DEVICES + "\\.[^.]+")) {
            return;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw new ConfigException(origin.about(path.isEmpty() ? "the file" : path) + ": keys with values are needed here"
                + (path.equals(DEVICES) ? ", one for each device: its name" : ": " + String.join(", ", Keys.words(path))));
        }
        Map<String, Origin> seen = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Origin.Line line = line(tuple.getKeyNode());
            String word = scalar(tuple.getKeyNode(), path, line);
            String child = path.isEmpty() ? word : path + "." + word;
            Origin before = seen.putIfAbsent(word, line);
            if (before != null) {
                throw new ConfigException(line.about(child) + ": the key stands in " + before + " already");
            }
            child(tuple.getValueNode(), path, word, child, line);
        }
    }

    private void child(Node value, String section, String word, String path, Origin.Line line) {
        boolean single = Keys.at(path).isPresent();
        boolean several = section.equals(DEVICES) || Keys.isSection(path);
        if (word.indexOf('.') >= 0 || !single && !several) {
            throw Config.unknownKey(line, path, word, section);
        }
        if (single) {
            entries.add(new Config.Entry(path, text(value, path, line), line));
        } else {
            section(value, path, line);
        }
    }

    private String text(Node value, String path, Origin line) {
        if (value instanceof SequenceNode list) {
            List<String> texts = new ArrayList<>();
            list.getValue().forEach(element -> texts.add(scalar(element, path, line(element))));
            texts.stream().filter(t -> t.indexOf(',') >= 0).findFirst().ifPresent(t -> {
                throw new ConfigException(line.about(path) + ": \"" + t + "\": an element of a list has no comma");
            });
            return String.join(",", texts);
        }
        if (isNull(value)) {
            throw new ConfigException(line.about(path) + ": the value is missing; "
                + Keys.at(path).orElseThrow().type().allowed() + " is needed");
        }
        return scalar(value, path, line);
    }

    private String scalar(Node node, String path, Origin at) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new ConfigException(at.about(path) + ": a single value is needed here, not a "
            + (node instanceof MappingNode ? "mapping" : "list"));
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private Origin.Line line(Node node) {
        return new Origin.Line(name, node.getStartMark().map(Mark::getLine).orElse(0) + 1);
    }
}
