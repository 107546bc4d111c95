package org.netdev4j.conformance;

import java.util.Arrays;
import java.util.Optional;

/** What a case is about; the two letters with which its id begins. In the order in which groups run. */
public enum Group {
    LC("Life cycle"),
    CF("Configuration"),
    TX("Transmit"),
    RX("Receive"),
    OF("Offloads"),
    RS("Receive-side scaling"),
    FI("Filters and modes"),
    IN("Interrupts"),
    CT("Counters"),
    EV("Events and link"),
    HO("Hostile device"),
    CO("Concurrency"),
    RN("Random runs"),
    AL("Allocation"),
    /** For cases that are not of this suite but run with it. */
    XX("Cases of your own");

    private final String title;

    Group(String title) {
        this.title = title;
    }

    /** Name for people. */
    public String title() {
        return title;
    }

    static Optional<Group> of(String id) {
        return Arrays.stream(values()).filter(g -> id.startsWith(g.name() + "-")).findFirst();
    }
}
