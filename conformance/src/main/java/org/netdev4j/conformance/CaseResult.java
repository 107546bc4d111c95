package org.netdev4j.conformance;

/**
 * What came of a case.
 *
 * @param info    the case
 * @param outcome how it ended
 * @param reason  why it failed or was skipped, fit to be shown; empty if it passed
 * @param trace   stack of the failure; empty unless it failed
 * @param nanos   how long it took
 * @param seed    suite seed with which it ended so
 */
public record CaseResult(CaseInfo info, Outcome outcome, String reason, String trace, long nanos, long seed) {
    /** The case's id. */
    public String id() {
        return info.id();
    }

    /** How long it took, in milliseconds. */
    public double millis() {
        return nanos / 1e6;
    }

    @Override
    public String toString() {
        return info.id() + " " + outcome + (reason.isEmpty() ? "" : ": " + reason);
    }
}
