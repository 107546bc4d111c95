package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which processes have a file open, as {@code /proc} tells; for messages. */
final class Holders {
    private Holders() {
    }

    /**
     * Processes that have a file open, other than this one: {@code process 1234 (java)}. Those of other users are seen only
     * with the rights for it.
     *
     * @param root what stands for {@code /}
     * @param file as their descriptors' links name it
     */
    static List<String> of(Path root, String file) {
        List<String> holders = new ArrayList<>();
        String self = String.valueOf(ProcessHandle.current().pid());
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (!process.getFileName().toString().equals(self) && holds(process, file)) {
                    holders.add("process " + process.getFileName() + " (" + command(process) + ")");
                }
            }
        } catch (IOException e) {
            return holders;
        }
        return holders;
    }

    private static boolean holds(Path process, String file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, file)) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException e) {
            return false; // ended meanwhile, or another user's
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, String file) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended meanwhile";
        }
    }
}
