package org.netdev4j.models.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.netdev4j.platform.Units;

/**
 * Where a control channel is: {@code unix:PATH}, {@code tcp:HOST:PORT}, or, for the client alone, {@code file:PATH}: a byte
 * stream that leads to one of the others, as a port of virtio-serial in a virtual machine.
 *
 * @param kind which of them
 * @param path of the socket or file; empty for TCP
 * @param host of TCP
 * @param port of TCP
 */
public record ControlAddress(Kind kind, Path path, String host, int port) {
    /** Kinds of addresses. */
    public enum Kind {
        /** A Unix socket. */
        UNIX,
        /** A TCP port. */
        TCP,
        /** A device file. */
        FILE
    }

    private static final int MOST_PORT = 65_535;
    private static final String FORM = "; a control channel is unix:PATH, tcp:HOST:PORT, or in a virtual machine file:PATH";

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException in one line
     */
    public static ControlAddress parse(String text) {
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        if (colon < 0 || rest.isBlank()) {
            throw new IllegalArgumentException("\"" + text + "\"" + FORM);
        }
        return switch (text.substring(0, colon)) {
            case "unix" -> new ControlAddress(Kind.UNIX, path(rest), "", 0);
            case "file" -> new ControlAddress(Kind.FILE, path(rest), "", 0);
            case "tcp" -> tcp(text, rest);
            default -> throw new IllegalArgumentException("\"" + text + "\"" + FORM);
        };
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\": " + e.getReason(), e);
        }
    }

    private static ControlAddress tcp(String text, String rest) {
        int colon = rest.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("\"" + text + "\": no port is given" + FORM);
        }
        try {
            return new ControlAddress(Kind.TCP, Path.of(""), rest.substring(0, colon),
                (int) Units.wholeNumber(rest.substring(colon + 1), 0, MOST_PORT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\": port " + e.getMessage(), e);
        }
    }

    /**
     * The address of the TCP port.
     *
     * @throws IOException if there is no such host
     */
    InetSocketAddress tcp() throws IOException {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IOException("there is no host \"" + host + "\"", e);
        }
    }

    /** For messages, as it was written. */
    @Override
    public String toString() {
        return switch (kind) {
            case UNIX -> "unix:" + path;
            case FILE -> "file:" + path;
            case TCP -> "tcp:" + host + ":" + port;
        };
    }
}
