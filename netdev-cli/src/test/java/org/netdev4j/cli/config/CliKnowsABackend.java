package org.netdev4j.cli.config;

/** A tool that knows one backend by its class: breaks a wall of docs/architecture.md, and the walls' test makes sure that it is caught. */
public final class CliKnowsABackend {
    Object backend() {
        return new org.netdev4j.backend.loopback.LoopbackDriver();
    }
}
