package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;

class TapOptionsTest {
    @Test
    void parse_readsEveryOption() {
        TapOptions options = TapOptions.parse(DeviceAddress.parse(
            "tap:nd-0.x_15chars,up=false,mtu=9000,ip=10.77.0.1/24,ip6=fd77::1/64,mac=02:00:00:00:00:Ab,persist=true"));

        assertEquals("nd-0.x_15chars", options.name());
        assertFalse(options.up());
        assertTrue(options.persist());
        assertEquals(OptionalInt.of(9000), options.mtu());
        assertArrayEquals(new byte[] {10, 77, 0, 1}, options.ip4().orElseThrow().address());
        assertEquals(24, options.ip4().orElseThrow().length());
        assertEquals("fd770000000000000000000000000001",
            HexFormat.of().formatHex(options.ip6().orElseThrow().address()));
        assertEquals(64, options.ip6().orElseThrow().length());
        assertEquals("0200000000ab", HexFormat.of().formatHex(options.mac().orElseThrow()));
    }

    @Test
    void parse_takesTheStandardValues_whenNothingIsGiven() {
        TapOptions options = TapOptions.parse(DeviceAddress.parse("tap:n"));

        assertTrue(options.up());
        assertFalse(options.persist());
        assertTrue(options.mtu().isEmpty() && options.ip4().isEmpty() && options.ip6().isEmpty() && options.mac().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tap: | \"\" cannot name an interface: 1 to 15 characters",
        "tap:sixteen-letters. | \"sixteen-letters.\" cannot name an interface: 1 to 15 characters",
        "tap:a/b | \"a/b\" cannot name an interface",
        "tap:a b | \"a b\" cannot name an interface",
        "tap:a:b | \"a:b\" cannot name an interface",
        "tap:tap%d | \"tap%d\" cannot name an interface",
        "tap:.. | \"..\" cannot name an interface",
        "tap:ü | \"ü\" cannot name an interface",
        "tap:n,speed=1 | unknown key \"speed\"; a TAP has up, mtu, ip, ip6, mac, persist",
        "tap:n,up=yes | up=yes: must be true or false",
        "tap:n,persist=1 | persist=1: must be true or false",
        "tap:n,mtu=67 | mtu=67: must be 68 to 65521",
        "tap:n,mtu=65522 | mtu=65522: must be 68 to 65521",
        "tap:n,mtu=99999999999 | mtu=99999999999: must be 68 to 65521",
        "tap:n,mtu=-1 | mtu=-1: must be 68 to 65521",
        "tap:n,mtu=1279,ip6=fd77::1/64 | mtu=1279: must be 1280 or more for IPv6",
        "tap:n,ip=10.0.0.1 | ip=10.0.0.1: must be an IPv4 address and prefix length",
        "tap:n,ip=10.0.0.1/33 | ip=10.0.0.1/33: must be an IPv4 address and prefix length",
        "tap:n,ip=10.0.0.1/0 | ip=10.0.0.1/0: must be an IPv4 address and prefix length",
        "tap:n,ip=10.0.1/24 | ip=10.0.1/24: must be an IPv4 address and prefix length",
        "tap:n,ip=10.0.0.256/24 | ip=10.0.0.256/24: must be an IPv4 address and prefix length",
        "tap:n,ip=localhost/24 | ip=localhost/24: must be an IPv4 address and prefix length",
        "tap:n,ip=fd77::1/64 | ip=fd77::1/64: must be an IPv4 address and prefix length",
        "tap:n,ip=224.0.0.1/24 | ip=224.0.0.1/24: must be the address of one interface",
        "tap:n,ip=0.0.0.0/24 | ip=0.0.0.0/24: must be the address of one interface",
        "tap:n,ip6=10.0.0.1/24 | ip6=10.0.0.1/24: must be an IPv6 address and prefix length",
        "tap:n,ip6=::ffff:10.0.0.1/24 | ip6=::ffff:10.0.0.1/24: must be an IPv6 address and prefix length",
        "tap:n,ip6=fd77::1/129 | ip6=fd77::1/129: must be an IPv6 address and prefix length",
        "tap:n,ip6=fd77::1::/64 | ip6=fd77::1::/64: must be an IPv6 address and prefix length",
        "tap:n,ip6=ff02::1/64 | ip6=ff02::1/64: must be the address of one interface",
        "tap:n,mac=02:00:00:00:00 | mac=02:00:00:00:00: must be six bytes in hexadecimal",
        "tap:n,mac=02-00-00-00-00-01 | mac=02-00-00-00-00-01: must be six bytes in hexadecimal",
        "tap:n,mac=01:00:00:00:00:01 | mac=01:00:00:00:00:01: must not be a group address or zero",
        "tap:n,mac=00:00:00:00:00:00 | mac=00:00:00:00:00:00: must not be a group address or zero",
    })
    void parse_saysWhatIsWrong(String address, String why) {
        DeviceAddress parsed = DeviceAddress.parse(address);

        BadAddressException e = assertThrows(BadAddressException.class, () -> TapOptions.parse(parsed));

        assertTrue(e.getMessage().startsWith("device address \"" + address + "\": " + why), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void specs_nameWhatIsTaken() {
        for (OptionSpec spec : TapWire.options()) {
            BadAddressException e = assertThrows(BadAddressException.class,
                () -> TapOptions.parse(new DeviceAddress("tap", "n", Map.of(spec.key(), "?"))));
            assertTrue(e.getMessage().contains(spec.key() + "=?: must be "), e.getMessage());
        }
    }
}
