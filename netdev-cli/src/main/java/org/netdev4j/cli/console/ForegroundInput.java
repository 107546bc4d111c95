package org.netdev4j.cli.console;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard input that has nothing while it is a terminal and the process is in the background: a read would stop the
 * process, and what is typed
 * is meant for somebody else.
 */
final class ForegroundInput extends FilterInputStream {
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
    // Fields of stat behind the command's name, which may have blanks [Linux man-pages, proc_pid_stat(5)].
    private static final int PROCESS_GROUP = 2;
    private static final int TERMINALS_GROUP = 5;

    ForegroundInput(InputStream in) {
        super(in);
    }

    @Override
    public int available() throws IOException {
        int count = super.available();
        return count > 0 && inBackground() ? 0 : count;
    }

    private static boolean inBackground() {
        try {
            String target = Files.readSymbolicLink(STANDARD_INPUT).toString();
            if (!target.startsWith("/dev/pts/") && !target.startsWith("/dev/tty")) {
                return false;
            }
            String stat = Files.readString(STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return !fields[PROCESS_GROUP].equals(fields[TERMINALS_GROUP]);
        } catch (IOException e) {
            return false;
        }
    }
}
