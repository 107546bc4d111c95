package org.netdev4j.cli.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the configuration together: file, then environment, then options. */
public final class ConfigLoader {
    /** The file that is read if there is one and none is named. */
    public static final String STANDARD_FILE = "netdev.yaml";

    private static final String FILE_VARIABLE = "NETDEV_CONFIG";

    private ConfigLoader() {
    }

    /**
     * Loads everything.
     *
     * @param file      named by the user, if so
     * @param directory where {@link #STANDARD_FILE} is looked for
     * @param variables environment
     * @param options   values of {@code -o}, each as {@code key=value}
     * @throws ConfigException for what is wrong with any of it
     */
    public static Config load(Optional<String> file, Path directory, Map<String, String> variables, List<String> options) {
        Config config = Config.STANDARD.with(fileEntries(file.or(() -> Optional.ofNullable(variables.get(FILE_VARIABLE))), directory));
        List<Config.Entry> given = optionEntries(options);
        // Options may name devices, which the environment may then speak of as well.
        config = config.with(Environment.entries(variables, config.with(given).devices()));
        return config.with(given).complete();
    }

    private static List<Config.Entry> fileEntries(Optional<String> file, Path directory) {
        if (file.isPresent()) {
            return ConfigFile.read(directory.resolve(file.get()), file.get());
        }
        Path standard = directory.resolve(STANDARD_FILE);
        return Files.exists(standard) ? ConfigFile.read(standard, STANDARD_FILE) : List.of();
    }

    private static List<Config.Entry> optionEntries(List<String> options) {
        List<Config.Entry> entries = new ArrayList<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("option -o \"" + option + "\": key=value is needed, as -o generate.rate=10kpps");
            }
            entries.add(new Config.Entry(option.substring(0, equals), option.substring(equals + 1), new Origin.Option("-o", true)));
        }
        return entries;
    }
}
