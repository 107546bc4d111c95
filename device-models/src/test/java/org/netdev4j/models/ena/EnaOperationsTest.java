package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person can have the device do: the driver sees it. */
class EnaOperationsTest {
    private static final int ALL = 0xff;
    private static final long SECOND = 1_000 * HandDriver.MILLI;

    private static String operate(HandDriver driver, String line) {
        List<String> words = List.of(line.split(" "));
        return driver.model.operate(words.getFirst(), words.subList(1, words.size()));
    }

    /** The next event that is neither about the link nor keep-alive. */
    private static ByteBuffer event(HandDriver driver) {
        ByteBuffer event = driver.event(SECOND).orElseThrow();
        while (event.getShort(0) == 0 || event.getShort(0) == 4) {
            event = driver.event(SECOND).orElseThrow();
        }
        return event;
    }

    @Test
    void event_isSent() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(ALL);
            assertEquals("event CONF_NOTIFICATIONS is sent", operate(driver,
                "event conf-notifications 7 0x8000000000000001 -2"));

            ByteBuffer event = event(driver);
            assertEquals(6, event.getShort(0), "group");
            assertEquals(7, event.getShort(2), "syndrome");
            assertEquals(0x8000000000000001L, event.getLong(16));
            assertEquals(-2, event.getLong(24));
        }
    }

    @Test
    void event_thatNobodyHears_saysSo() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(1);
            assertTrue(operate(driver, "event warning").contains("has not asked for events of WARNING"));
            assertTrue(operate(driver, "reset-request").contains("has not asked for events of DEVICE_REQUEST_RESET"));
        }
    }

    @Test
    void resetRequest_andHints_reachTheDriver() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(ALL);
            operate(driver, "reset-request");
            assertEquals(7, event(driver).getShort(0));
            operate(driver, "hints missing-tx=77 rx-sgl=3");
            ByteBuffer hints = event(driver);
            assertEquals(3, hints.getShort(0), "group notification");
            assertEquals(2, hints.getShort(2), "syndrome update hints");
            assertEquals(77, hints.getShort(16 + 4));
            assertEquals(3, hints.getShort(16 + 14));
        }
    }

    @Test
    void fatal_showsInTheRegisters_andInWhatIsShown() {
        try (HandDriver driver = new HandDriver("").up()) {
            operate(driver, "fatal");
            driver.clock.advance(HandDriver.MILLI);

            assertEquals(HandDriver.FATAL, driver.registers.read32(HandDriver.DEV_STS) & HandDriver.FATAL);
            assertTrue(operate(driver, "registers").matches("(?s).*0x58 DEV_STS +0x000000[23][0-9a-f]\n.*"), operate(driver,
                "registers"));
        }
    }

    @Test
    void queuesAndCounters_areShown() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals("there are no queues", operate(driver, "queues"));
            assertTrue(operate(driver, "counters").matches("admin commands [0-9]+|nothing was counted.*"), operate(driver,
                "counters"));
            assertEquals(driver.model.mac().toString(), operate(driver, "mac"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        event                          | which event? there are link_change
        event fatal_eror               | did you mean "fatal_error"?
        event warning 65536            | "65536": not from 0 to 65535
        event warning 0x10000          | "0x10000": not a hexadecimal number up to 0xffff
        event warning 0 1 2 3 4 5 6 7  | an event has at most 6 words: 7 given
        hints admin                    | "admin" is no NAME=NUMBER
        hints amdin=3                  | did you mean "admin"?
        fatal now                      | fatal takes nothing: "now"
        dance                          | does not know "dance"
        """)
    void wrongWords_areRefused(String line, String expected) {
        try (HandDriver driver = new HandDriver("")) {
            String message = assertThrows(IllegalArgumentException.class, () -> operate(driver, line)).getMessage();
            assertTrue(message.contains(expected), message);
        }
    }
}
