package org.netdev4j.platform.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;

final class DeviceAddressTest {
    @Provide
    Arbitrary<DeviceAddress> addresses() {
        Arbitrary<String> schemes = Arbitraries.strings().withChars("abyz09-").ofMaxLength(8).map(s -> "s" + s);
        Arbitrary<String> keys = Arbitraries.strings().withChars("abyz09-_.").ofMaxLength(8).map(s -> "k" + s);
        Arbitrary<String> texts = Arbitraries.strings().withCharRange(' ', '~').withChars("=:/é€").excludeChars(',').ofMaxLength(20);
        return Combinators.combine(schemes, texts, Arbitraries.maps(keys, texts).ofMaxSize(5)).as(DeviceAddress::new);
    }

    @Property(tries = 500, seed = "20260802")
    void parse_readsBackWhatToStringWrites(@ForAll("addresses") DeviceAddress address) {
        DeviceAddress read = DeviceAddress.parse(address.toString());

        assertEquals(address, read);
        assertEquals(List.copyOf(address.options().keySet()), List.copyOf(read.options().keySet()));
        assertEquals(address.toString(), read.toString());
    }

    @Property(tries = 500, seed = "20260803")
    void parse_refusesInOneLine_orReadsBack(@ForAll String text) {
        try {
            assertEquals(text, DeviceAddress.parse(text).toString());
        } catch (BadAddressException e) {
            assertFalse(e.getMessage().chars().anyMatch(c -> c == '\n' || c == '\r'), e.getMessage());
            assertTrue(e.getMessage().startsWith("device address \""), e.getMessage());
        }
    }

    @Test
    void parse_readsTheExamples() {
        assertEquals(new DeviceAddress("pci", "0000:00:06.0", Map.of()), DeviceAddress.parse("pci:0000:00:06.0"));
        assertEquals(new DeviceAddress("loopback", "", Map.of()), DeviceAddress.parse("loopback:"));
        assertEquals(new DeviceAddress("vfio-user", "/run/ena.sock", Map.of()), DeviceAddress.parse("vfio-user:/run/ena.sock"));
        DeviceAddress sim = DeviceAddress.parse("sim:ena,queues=4,x.y_z-1=,eq=a=b");
        assertEquals("sim:ena", sim.name());
        assertEquals(Map.of("queues", "4", "x.y_z-1", "", "eq", "a=b"), sim.options());
        assertEquals(List.of("queues", "x.y_z-1", "eq"), List.copyOf(sim.options().keySet()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', emptyValue = "", nullValues = "none", value = {
        "ena | it has no scheme and colon; an address is scheme:locator[,key=value]..., as in loopback: or sim:ena,queues=4",
        "ena,a=b | it has no scheme and colon; an address is scheme:locator[,key=value]..., as in loopback: or sim:ena,queues=4",
        ":x | \"\" is not a scheme: lower-case letters, digits and -; an address is scheme:locator[,key=value]..., "
            + "as in loopback: or sim:ena,queues=4",
        "PCI:0000:00:06.0 | \"PCI\" is not a scheme: lower-case letters, digits and -; an address is "
            + "scheme:locator[,key=value]..., as in loopback: or sim:ena,queues=4",
        "4pci:x | \"4pci\" is not a scheme: lower-case letters, digits and -; an address is scheme:locator[,key=value]..., "
            + "as in loopback: or sim:ena,queues=4",
        "a,b=c:d | \"a,b=c\" is not a scheme: lower-case letters, digits and -; an address is scheme:locator[,key=value]..., "
            + "as in loopback: or sim:ena,queues=4",
        "sim:ena,queues | \"queues\" is not key=value",
        "sim:ena, | nothing stands after a comma, where key=value should",
        "sim:ena,,queues=4 | nothing stands after a comma, where key=value should",
        "sim:ena,=4 | \"\" is not a key: lower-case letters, digits, _, . and -",
        "sim:ena,Queues=4 | \"Queues\" is not a key: lower-case letters, digits, _, . and -",
        "sim:ena,a b=4 | \"a b\" is not a key: lower-case letters, digits, _, . and -",
        "sim:ena,queues=4,mtu=1500,queues=8 | key \"queues\" is given twice"})
    void parse_saysWhatIsWrong(String text, String why) {
        Exception e = assertThrows(BadAddressException.class, () -> DeviceAddress.parse(text));

        assertEquals("device address \"" + text + "\": " + why, e.getMessage());
        assertInstanceOf(PlatformException.class, e);
    }

    @Test
    void parse_refusesControlCharacters_withoutRepeatingThem() {
        for (String bad : List.of("sim:e\nna", "sim:e\u0000na", "sim:e\u007fna", "sim:e\u009bna", "s\nm:ena", "sim:ena,a=\t")) {
            Exception e = assertThrows(BadAddressException.class, () -> DeviceAddress.parse(bad));
            assertTrue(e.getMessage().endsWith("\": it has a control character, shown here as ?"), e.getMessage());
            assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl));
        }
    }

    @Test
    void address_refusesWhatCouldNotBeReadBack() {
        Map<String, String> none = Map.of();
        assertEquals("not a scheme: \"A\"",
            assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("A", "", none)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("", "", none));
        assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("a:b", "", none));
        assertEquals("device address: the locator must have no comma and no control character: \"a,b\"",
            assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("sim", "a,b", none)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("sim", "a\n", none));
        assertEquals("not a key: \"K\"",
            assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("sim", "", Map.of("K", "v"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("sim", "", Map.of("k=", "v")));
        assertThrows(IllegalArgumentException.class, () -> new DeviceAddress("sim", "", Map.of("k", "a,b")));
    }

    @Test
    void options_areACopy_andCannotBeChanged() {
        Map<String, String> given = new LinkedHashMap<>(Map.of("a", "1"));
        DeviceAddress address = new DeviceAddress("sim", "ena", given);
        given.put("b", "2");

        assertEquals(Map.of("a", "1"), address.options());
        assertThrows(UnsupportedOperationException.class, () -> address.options().put("c", "3"));
    }
}
