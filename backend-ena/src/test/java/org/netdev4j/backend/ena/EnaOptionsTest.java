package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.backend.ena.EnaOptions.AdminMode;
import org.netdev4j.backend.ena.EnaOptions.LlqPolicy;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;

@DisplayName("bug group 50: device arguments")
class EnaOptionsTest {
    @Test
    void standard_usesLowLatencyQueues_whenNothingIsSaid() {
        assertEquals(new EnaOptions(LlqPolicy.RECOMMENDED, AdminMode.AUTO, 20_000_000, Optional.empty(), true, 32, false),
            EnaOptions.parse("ena0", Map.of()));
    }

    @Test
    void values_areTaken() {
        EnaOptions options = EnaOptions.parse("ena0", Map.of("llq_policy", "wide", "admin_mode", "polling",
            "control_poll_interval",
            "1000", "miss_txc_to", "0", "watchdog", "false", "max_queues", "1", "enable_frag_bypass", "true"));
        assertEquals(new EnaOptions(LlqPolicy.WIDE, AdminMode.POLLING, 1_000_000_000, Optional.of(0L), false, 1, true),
            options);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "llq_policy; 1; \"1\": one of recommended|off|normal|wide",
        "llq_policy; ''; \"\": one of recommended|off|normal|wide",
        "llq_policy; WIDE; \"WIDE\": one of recommended|off|normal|wide",
        "admin_mode; irq; \"irq\": one of auto|interrupts|polling",
        "control_poll_interval; 0; \"0\": not from 1 to 1000",
        "control_poll_interval; 20ms; \"20ms\": not a whole number from 1 to 1000",
        "miss_txc_to; 61; \"61\": not from 0 to 60",
        "miss_txc_to; -1; \"-1\": not from 0 to 60",
        "watchdog; yes; \"yes\": true or false",
        "max_queues; 33; \"33\": not from 1 to 32",
        "max_queues; 0; \"0\": not from 1 to 32",
        "enable_frag_bypass; 1; \"1\": true or false"})
    void badValue_isNamed_withWhatIsAllowed(String key, String value, String why) {
        InvalidConfigurationException refused =
            assertThrows(InvalidConfigurationException.class, () -> EnaOptions.parse("ena0", Map.of(key, value)));
        assertEquals("ena0: driver ena: " + key + "=" + why, refused.getMessage());
    }

    @Test
    void everyKey_isListedOnce_withItsStandard() {
        assertEquals(7, EnaOptions.specs().stream().map(OptionSpec::key).distinct().count());
        for (OptionSpec spec : EnaOptions.specs()) {
            if (!spec.standard().contains(" ")) {
                assertEquals(EnaOptions.parse("ena0", Map.of()), EnaOptions.parse("ena0", Map.of(spec.key(),
                    spec.standard())));
            }
        }
    }

    @Test
    void driver_drivesEnaAndNothingElse() {
        EnaDriver driver = new EnaDriver();
        FakeEna ena = new FakeEna();
        assertTrue(driver.drives(ena.identity()));
        assertFalse(driver.drives(new DeviceIdentity.Pci(0x8086, 0xec20, 0, 0, 0x020000, 0)));
        assertFalse(driver.drives(new DeviceIdentity.Transport("ena")));
        assertEquals(List.of("1d0f:ec20", "1d0f:ec21", "1d0f:0ec2", "1d0f:1ec2"), driver.identities());
    }
}
