package org.netdev4j.cli.command;

/** A command that does something. */
public interface Action {
    /** All went well. */
    int DONE = 0;

    /** Does it; returns the exit code. What it throws is told to the user. */
    int execute();
}
