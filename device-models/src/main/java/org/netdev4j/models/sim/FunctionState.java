package org.netdev4j.models.sim;

/** What every access to a function, and by it, depends on. Any thread. */
final class FunctionState {
    private volatile boolean memory;
    private volatile boolean busMaster;
    private volatile boolean removed;

    /** True if register accesses reach the function. */
    boolean answers() {
        return memory && !removed;
    }

    boolean isBusMaster() {
        return busMaster;
    }

    boolean isRemoved() {
        return removed;
    }

    /** Takes what the command register says. */
    void command(boolean decodesMemory, boolean mastersBus) {
        memory = decodesMemory;
        busMaster = mastersBus;
    }

    void remove() {
        removed = true;
    }
}
