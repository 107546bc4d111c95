package org.netdev4j.cli.config;

/** Where a value comes from. */
public sealed interface Origin {
    /** Nobody gave one. */
    Origin STANDARD = new Standard();

    /** How a message begins that is about the value of {@code path}: where it stands, and the key where that does not say it. */
    String about(String path);

    /** Nobody gave one: what holds then. */
    record Standard() implements Origin {
        @Override
        public String about(String path) {
            return path;
        }

        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * A line of a configuration file.
     *
     * @param file name as given
     * @param line from 1
     */
    record Line(String file, int line) implements Origin {
        @Override
        public String about(String path) {
            return this + ": " + path;
        }

        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /**
     * An environment variable.
     *
     * @param name of the variable
     */
    record Variable(String name) implements Origin {
        @Override
        public String about(String path) {
            return this + ": " + path;
        }

        @Override
        public String toString() {
            return "environment variable " + name;
        }
    }

    /**
     * A command-line option or argument of its own, or {@code -o} with the key.
     *
     * @param name   option as written, as {@code --mtu}, or the argument's name in the usage
     * @param anyKey true for {@code -o}, which takes any key
     */
    record Option(String name, boolean anyKey) implements Origin {
        /** One that stands for one key. */
        public Option(String name) {
            this(name, false);
        }

        @Override
        public String about(String path) {
            return this + (anyKey ? " " + path : "");
        }

        @Override
        public String toString() {
            return (name.startsWith("-") ? "option " : "argument ") + name;
        }
    }
}
