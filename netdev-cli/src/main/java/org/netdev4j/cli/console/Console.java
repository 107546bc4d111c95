package org.netdev4j.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;

/**
 * Where the tool says what it has to say: results on standard output, all else on standard error. Thread-safe, one line at a time.
 */
public final class Console {
    private static final String ERASE_LINE = "\r\u001b[K";
    private static final String RESET = "\u001b[0m";

    private final Host host;
    private boolean colour = true;
    private boolean progressShown;

    /** On the streams of a host. */
    public Console(Host host) {
        this.host = host;
        String noColour = host.environment().get("NO_COLOR");
        // "when present and not an empty string (regardless of its value), prevents the addition of ANSI color" [no-color.org]
        colour = noColour == null || noColour.isEmpty();
    }

    /** Colours from now on no longer, wherever output goes. */
    public synchronized void withoutColour() {
        colour = false;
    }

    /** Standard output, for results. */
    public PrintStream out() {
        return host.out();
    }

    /** True if results may be coloured. */
    public synchronized boolean colour() {
        return colour && host.outTerminal();
    }

    /** A text in a colour if results may be coloured. */
    public String paint(Colour with, String text) {
        return colour() ? with.start + text + RESET : text;
    }

    /** A line of a result. */
    public void line(String text) {
        host.out().println(text);
    }

    /** A result as JSON: maps, lists, texts, numbers and truth values. */
    public void json(Object value) {
        json(value, true);
    }

    /** A result as JSON in one line. */
    public void jsonLine(Object value) {
        json(value, false);
    }

    private void json(Object value, boolean indented) {
        try {
            JsonMapper mapper = JsonMapper.builder().configure(SerializationFeature.INDENT_OUTPUT, indented).build();
            host.out().println(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    /** A line that is no result: how it goes, what was done. */
    public synchronized void note(String text) {
        clearProgress();
        host.err().println(text);
    }

    /** An error: one line. */
    public synchronized void error(String text) {
        clearProgress();
        boolean red = colour && host.errTerminal();
        host.err().println((red ? Colour.RED.start + "netdev:" + RESET : "netdev:") + " " + text);
    }

    /** The stack of an error, for those who asked to see it. */
    public synchronized void stack(Throwable error) {
        error.printStackTrace(host.err());
    }

    /** True if {@link #progress} shows anything. */
    public boolean showsProgress() {
        return host.errTerminal();
    }

    /** Replaces the line that says how long work goes on; only on a terminal. */
    public synchronized void progress(String text) {
        if (showsProgress()) {
            host.err().print(ERASE_LINE + text);
            host.err().flush();
            progressShown = true;
        }
    }

    /** Takes the line of {@link #progress} away. */
    public synchronized void clearProgress() {
        if (progressShown) {
            host.err().print(ERASE_LINE);
            host.err().flush();
            progressShown = false;
        }
    }

    /** Colours with a meaning. */
    public enum Colour {
        /** Good. */
        GREEN("\u001b[32m"),
        /** Bad. */
        RED("\u001b[31m"),
        /** Neither. */
        YELLOW("\u001b[33m");

        private final String start;

        Colour(String start) {
            this.start = start;
        }
    }
}
