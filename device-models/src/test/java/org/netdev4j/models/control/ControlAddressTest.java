package org.netdev4j.models.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/ena.ctl", "tcp:127.0.0.1:7000", "tcp:::1:7000", "file:/dev/vport1p2"})
    void parse_readsWhatToStringWrites(String text) {
        assertEquals(text, ControlAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unix", "unix:", "tcp:", "tcp:7000", "tcp:host:", "tcp:host:port", "tcp:host:70000", "serial:x"})
    void parse_refusesOthers(String text) {
        assertThrows(IllegalArgumentException.class, () -> ControlAddress.parse(text));
    }
}
