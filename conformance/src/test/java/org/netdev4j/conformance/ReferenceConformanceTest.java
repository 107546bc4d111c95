package org.netdev4j.conformance;

/** How a backend of a third party is put under the suite: this is all there is to write. */
class ReferenceConformanceTest extends ConformanceTest {
    @Override
    protected String device() {
        return "ref:";
    }
}
