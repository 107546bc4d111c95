/**
 * The conformance suite: what must hold for every driver, as cases with an id, a sentence, a source and a hint for who
 * fails it.
 *
 * <p>Three ways to run it: {@code netdev conformance --device X}; {@link org.netdev4j.conformance.Conformance#run} from
 * code; and a subclass of {@link org.netdev4j.conformance.ConformanceTest} in a backend's own tests. What a case may
 * assume and how to write one: {@link org.netdev4j.conformance.Bench} and {@link
 * org.netdev4j.conformance.ConformanceCase}.
 */
package org.netdev4j.conformance;
