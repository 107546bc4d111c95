package org.netdev4j.conformance.report;

import java.io.IOException;
import org.netdev4j.conformance.ConformanceReport;

/** Writes a report in some form. Stateless. */
public interface ReportWriter {
    /**
     * Writes all of it.
     *
     * @param out where to; stays open
     */
    void write(ConformanceReport report, Appendable out) throws IOException;
}
