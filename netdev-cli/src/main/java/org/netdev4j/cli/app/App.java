package org.netdev4j.cli.app;

import java.util.List;
import java.util.Map;
import org.netdev4j.cli.device.OpenDevice;

/** An application whose devices are open and configured. Control path: one thread. */
public interface App extends AutoCloseable {
    /** Its name: {@code echo}. */
    String name();

    /** Its devices. */
    List<OpenDevice> devices();

    /** Its workers. The application ends when all have. */
    List<Worker> workers();

    /** What it is about to do, in one line. */
    String intent();

    /** What it counted, by name, in a stable order. A racy look while workers run. */
    Map<String, Long> counters();

    /** True if it writes packets or their description to standard output. */
    boolean usesStandardOutput();

    /**
     * Closes devices, pools and files. Workers must have ended. Idempotent.
     *
     * @throws org.netdev4j.platform.PlatformException if a file could not be written
     */
    @Override
    void close();
}
