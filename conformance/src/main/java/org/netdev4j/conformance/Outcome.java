package org.netdev4j.conformance;

/** How a case ended. */
public enum Outcome {
    PASSED, FAILED,
    /** Not run; the reason names the capability, fault or queue that was missing. */
    SKIPPED
}
