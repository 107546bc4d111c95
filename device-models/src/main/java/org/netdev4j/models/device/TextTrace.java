package org.netdev4j.models.device;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trace in memory, which keeps the last {@value #KEPT} lines, and in a file, which gets all. Any thread; lines have
 * numbers that rise by one.
 *
 * <p>What {@link #lines()} returns has neither number nor time, so that two traces can be compared line by line.
 */
public final class TextTrace implements Trace, AutoCloseable {
    /** Lines kept in memory. */
    public static final int KEPT = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(TextTrace.class);
    private static final String FORM = "FORM ";
    private static final double NANOS_PER_SECOND = 1e9;

    private final Mutex mutex = new Mutex("trace");
    private final Deque<String> kept = new ArrayDeque<>();
    private final Clock clock;
    private final long start;
    private final boolean timed;
    private BufferedWriter file;
    private boolean formsOnly;
    private Path path;
    private long number;
    private volatile boolean enabled;
    private volatile int sessions = 1;

    /**
     * A trace that is off.
     *
     * @param timed whether lines in the file carry the time since now, in seconds
     */
    public TextTrace(Clock clock, boolean timed) {
        this.clock = clock;
        this.start = clock.nanoTime();
        this.timed = timed;
    }

    /** Writes from now on to a file too, which is made or emptied; the trace is then on, and begins anew. */
    public void toFile(Path target) {
        toFile(target, false, false);
    }

    /**
     * Writes from now on to a file too; the trace is then on, and begins anew.
     *
     * @param append true to add to what is in the file
     * @param forms  true to write only those lines that tell a form
     */
    public void toFile(Path target, boolean append, boolean forms) {
        mutex.lock();
        try {
            if (file != null) {
                throw new IllegalStateException("the trace goes to " + path + " already");
            }
            file = append ? Files.newBufferedWriter(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Files.newBufferedWriter(target);
            formsOnly = forms;
            sessions++;
            path = target;
            enabled = true;
        } catch (IOException e) {
            throw new PlatformException("trace file \"" + target + "\" cannot be written: " + e
                + "; name a file in a directory that exists",
                e);
        } finally {
            mutex.unlock();
        }
    }

    /** Turns it on or off. */
    public void enable(boolean on) {
        enabled = on;
    }

    @Override
    public boolean enabled() {
        return enabled;
    }

    @Override
    public int session() {
        return enabled ? sessions : 0;
    }

    @Override
    public void line(String text) {
        if (!enabled) {
            return;
        }
        mutex.lock();
        try {
            number++;
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            kept.addLast(text);
            if (file != null && (!formsOnly || text.startsWith(FORM))) {
                write(text);
            }
        } finally {
            mutex.unlock();
        }
    }

    private void write(String text) {
        try {
            String time = timed ? String.format(Locale.ROOT, " %.9f", (clock.nanoTime() - start) / NANOS_PER_SECOND) : "";
            file.write(String.format(Locale.ROOT, "%06d%s %s%n", number, time, text));
            // Who reads it wants to see the last line before a hang.
            file.flush();
        } catch (IOException e) {
            LOG.warn("trace file \"{}\" cannot be written any more: {}", path, e.toString());
            file = null;
        }
    }

    /** Lines written since the device was plugged in or {@link #clear()} was called, the last {@value #KEPT} of them. */
    public List<String> lines() {
        mutex.lock();
        try {
            return List.copyOf(kept);
        } finally {
            mutex.unlock();
        }
    }

    /** How many lines were written, also those not kept. */
    public long written() {
        mutex.lock();
        try {
            return number;
        } finally {
            mutex.unlock();
        }
    }

    /** Where it goes besides memory. */
    public Optional<Path> file() {
        mutex.lock();
        try {
            return Optional.ofNullable(file == null ? null : path);
        } finally {
            mutex.unlock();
        }
    }

    /** Forgets the lines in memory; their numbers go on. */
    public void clear() {
        mutex.lock();
        try {
            kept.clear();
        } finally {
            mutex.unlock();
        }
    }

    /** Writes out and closes the file; the trace is off, and its lines in memory stay. Idempotent. */
    @Override
    public void close() {
        mutex.lock();
        try {
            enabled = false;
            if (file != null) {
                file.close();
                file = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("trace file \"" + path + "\": " + e.getMessage(), e);
        } finally {
            mutex.unlock();
        }
    }
}
