package org.netdev4j.models.device;

import java.util.List;

/** A device that a person can have do things, besides what its driver asks: for whoever debugs a driver. */
public interface Operable {
    /**
     * Something that it does when told.
     *
     * @param name        one word in lower case
     * @param arguments   for help, as {@code GROUP [SYNDROME]}; empty if it takes none
     * @param description one line
     */
    record Operation(String name, String arguments, String description) {
    }

    /** What it does when told. Constant. */
    List<Operation> operations();

    /**
     * Does it. To be called while the device's thread is kept out.
     *
     * @param name      of one of {@link #operations()}
     * @param arguments as written, one word each
     * @return what came of it, in a line; or more, where much was asked for
     * @throws IllegalArgumentException if the arguments are wrong, with a line that says what would be right
     */
    String operate(String name, List<String> arguments);
}
