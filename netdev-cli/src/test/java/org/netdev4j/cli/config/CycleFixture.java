package org.netdev4j.cli.config;

/** Forms a cycle with its namesake: the walls' test makes sure that it is caught. */
public final class CycleFixture {
    Object other() {
        return new org.netdev4j.cli.console.CycleFixture();
    }
}
