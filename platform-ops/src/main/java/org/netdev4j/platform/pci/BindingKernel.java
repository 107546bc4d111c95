package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.netdev4j.platform.PlatformException;

/** What a kernel is told when a driver is changed; tests have one of their own. */
interface BindingKernel {
    /** Writes into a file of sysfs. The kernel does what that means before the write returns, which can take long. */
    void write(Path file, String text) throws Refusal;

    /** Loads the module of a driver. */
    void load(String driver) throws Refusal;

    /** The kernel, or what stands in the way to it, said no; the message is its reason alone. */
    final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(reason);
        }
    }

    /** The kernel of this machine. */
    final class OfMachine implements BindingKernel {
        private static final int SECONDS = 30;

        private final Path root;

        OfMachine(Path root) {
            this.root = root;
        }

        private static String reason(IOException e) {
            return switch (e) {
                case AccessDeniedException denied -> "Permission denied";
                case NoSuchFileException missing -> "No such file or directory";
                case FileSystemException other -> String.valueOf(other.getReason());
                default -> String.valueOf(e.getMessage()).replaceFirst(".*: ", "");
            };
        }

        /**
         * A process of its own does the writing: a thread that waits in a driver hears no signal, and the process that it
         * belongs to cannot end before it does.
         */
        @Override
        public void write(Path file, String text) throws Refusal {
            run(text, List.of("/bin/sh", "-c", "exec cat >\"$1\"", "sh", file.toString()));
        }

        @Override
        public void load(String driver) throws Refusal {
            if (!root.equals(Path.of("/"))) {
                throw new Refusal("no module can be loaded into " + root);
            }
            run("", List.of("modprobe", "--", driver));
        }

        private static void run(String input, List<String> command) throws Refusal {
            Process process;
            try {
                process = new ProcessBuilder(command).redirectErrorStream(true).start();
            } catch (IOException e) {
                throw new Refusal(command.getFirst() + " cannot be started: " + reason(e));
            }
            try {
                try (var to = process.outputWriter(StandardCharsets.US_ASCII)) {
                    to.write(input);
                } catch (IOException e) {
                    // It ended before it read; why, it says.
                }
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    throw new Refusal("the kernel has not done it after " + SECONDS
                        + " s, and still tries; its log (dmesg) says more");
                }
                if (process.exitValue() != 0) {
                    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                    throw new Refusal(said.isEmpty() ? "exit code " + process.exitValue()
                        : said.replaceFirst("(?s).*: ", ""));
                }
            } catch (IOException e) {
                throw new Refusal(reason(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformException("interrupted while the kernel was at it", e);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
