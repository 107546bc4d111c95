package com.example.netdev;

import org.netdev4j.conformance.ConformanceTest;

/** The suite on the example: each case is a test of its own, and what the device lacks is skipped by name. */
class ExampleConformanceTest extends ConformanceTest {
    @Override
    protected String device() {
        return "example:";
    }
}
