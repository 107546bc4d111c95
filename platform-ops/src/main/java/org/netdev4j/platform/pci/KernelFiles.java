package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files in which the kernel says things, under a root that tests put elsewhere. What is not there, or may not be read, is
 * empty: no call throws for that. Stateless.
 *
 * @param root what stands for {@code /}
 */
record KernelFiles(Path root) {
    /** A file or directory. */
    Path at(String path) {
        return root.resolve(path);
    }

    /** What a file says, without blanks around it. */
    Optional<String> text(String path) {
        return text(at(path));
    }

    static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The lines of a file that say something. */
    List<String> lines(String path) {
        return text(path).stream().flatMap(String::lines).filter(line -> !line.isBlank()).toList();
    }

    /** A whole number that a file says. */
    Optional<Long> number(String path) {
        try {
            return text(path).map(Long::decode);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Names in a directory, in order. */
    List<String> names(String path) {
        return names(at(path));
    }

    static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }

    /** What a link leads to, as it is written. */
    static Optional<Path> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** Last part of what a link leads to. */
    static Optional<String> targetName(Path link) {
        return target(link).map(Path::getFileName).map(Path::toString);
    }
}
