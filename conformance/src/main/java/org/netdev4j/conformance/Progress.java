package org.netdev4j.conformance;

/** Told how a run goes on. Called on the thread that called {@link Conformance#run}; must be quick. */
public interface Progress {
    /** Does nothing. */
    Progress SILENT = new Progress() {
    };

    /**
     * A case starts. Cases that are skipped do not.
     *
     * @param number number of the case in this run, from 1
     * @param total  cases in this run
     */
    default void started(CaseInfo info, int number, int total) {
    }

    /** A case ended, or was skipped. */
    default void finished(CaseResult result, int number, int total) {
    }
}
