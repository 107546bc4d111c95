/** What came of a run, for people and machines: console, JSON, JUnit XML, HTML. */
package org.netdev4j.conformance.report;
