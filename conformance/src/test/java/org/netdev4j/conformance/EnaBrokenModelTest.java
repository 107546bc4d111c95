package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An emulated ENA that is wrong all the time is caught by cases that ask for no fault. */
class EnaBrokenModelTest {
    // what is wrong with the device; the case that must catch it; what it must say
    @ParameterizedTest(name = "{0} is caught by {1}")
    @CsvSource(delimiter = ';', value = {
        "completion-dropped:p=20%; TX-006; are pending",
        "completion-unarmed-id:p=5%; RX-003; packet",
        "rx-zero-length:p=5%; RX-003; packet",
        "rx-bad-length:p=5%:value=61; RX-003; packet",
        "rx-bad-offset:p=5%:value=2; RX-003; packet",
        "rx-double-first; RX-021; packet",
        "dma-write-lost@payload:p=5%; RX-003; byte",
        "dma-write-lost@completion:p=5%; TX-006; are pending",
        "register-write-lost@0:skip=70:p=20%; TX-032; frame",
        "interrupt-lost@1:p=50%; IN-003; ",
        "keep-alive-silent; LC-040; events of a minute",
        "request-reset:after=10s:count=1; LC-040; events of a minute",
        "admin-slow:value=700ms; CF-030; of the device's time",
        "mac-changed:skip=1; LC-020; ",
        "completion-dropped:p=2%; RN-001; the last were",
    })
    void wrongDevice_isCaught(String fault, String caught, String words) {
        CaseResult result = Runs.only(Conformance.run(ConformanceOptions.device("sim:ena,seed=7,faults=" + fault)
            .including(caught).withTimeout(Duration.ofSeconds(20)).withSeeds(caught.startsWith("RN") ? 20 : 1)));
        assertEquals(Outcome.FAILED, result.outcome(), fault + " passes " + caught);
        assertTrue(words == null || result.reason().contains(words), caught + " says: " + result.reason());
        assertTrue(result.trace().contains("what the device saw last"), result.trace());
    }
}
