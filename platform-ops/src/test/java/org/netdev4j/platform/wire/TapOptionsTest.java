package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;

class TapOptionsTest {
    @Test
    void parse_readsEveryOption() {
        TapOptions options = TapOptions.parse(DeviceAddress.parse(
            "tap:nd-0.x_15chars,up=false,mtu=9000,ip=10.77.0.1/24,ip6=fd77::1/64,mac=02:00:00:00:00:Ab,persist=true"));

        assertEquals("nd-0.x_15chars", options.name());
        assertFalse(options.up());
        assertTrue(options.persist());
        assertEquals(Optional.of(9000), options.mtu());
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
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "tap: | \"\" cannot name an interface: 1 to 15 characters",
        "tap:sixteen-letters. | \"sixteen-letters.\" cannot name an interface: 1 to 15 characters",
        "tap:a/b | \"a/b\" cannot name an interface",
        "tap:a b | \"a b\" cannot name an interface",
        "tap:a:b | \"a:b\" cannot name an interface",
        "tap:tap%d | \"tap%d\" cannot name an interface",
        "tap:.. | \"..\" cannot name an interface",
        "tap:ü | \"ü\" cannot name an interface",
        "tap:n,up=yes | up=\"yes\": one of true, false is needed",
        "tap:n,persist=1 | persist=\"1\": one of false, true is needed",
        "tap:n,mtu=67 | mtu=\"67\": not from 68 to 65521",
        "tap:n,mtu=65522 | mtu=\"65522\": not from 68 to 65521",
        "tap:n,mtu=99999999999 | mtu=\"99999999999\": not from 68 to 65521",
        "tap:n,mtu=-1 | mtu=\"-1\": not from 68 to 65521",
        "tap:n,mtu=1279,ip6=fd77::1/64 | mtu=\"1279\": IPv6 needs 1280 or more",
        "tap:n,ip=10.0.0.1 | ip=\"10.0.0.1\": an IPv4 address and prefix length is needed",
        "tap:n,ip=10.0.0.1/33 | ip=\"33\": not from 1 to 32",
        "tap:n,ip=10.0.0.1/0 | ip=\"0\": not from 1 to 32",
        "tap:n,ip=10.0.1/24 | ip=\"10.0.1/24\": an IPv4 address and prefix length is needed",
        "tap:n,ip=10.0.0.256/24 | ip=\"10.0.0.256/24\": an IPv4 address and prefix length is needed",
        "tap:n,ip=localhost/24 | ip=\"localhost/24\": an IPv4 address and prefix length is needed",
        "tap:n,ip=fd77::1/64 | ip=\"fd77::1/64\": an IPv4 address and prefix length is needed",
        "tap:n,ip=224.0.0.1/24 | ip=\"224.0.0.1/24\": not the address of one interface",
        "tap:n,ip=0.0.0.0/24 | ip=\"0.0.0.0/24\": not the address of one interface",
        "tap:n,ip6=10.0.0.1/24 | ip6=\"10.0.0.1/24\": an IPv6 address and prefix length is needed",
        "tap:n,ip6=::ffff:10.0.0.1/24 | ip6=\"::ffff:10.0.0.1/24\": an IPv6 address and prefix length is needed",
        "tap:n,ip6=fd77::1/129 | ip6=\"129\": not from 1 to 128",
        "tap:n,ip6=fd77::1::/64 | ip6=\"fd77::1::/64\": an IPv6 address and prefix length is needed",
        "tap:n,ip6=ff02::1/64 | ip6=\"ff02::1/64\": not the address of one interface",
        "tap:n,mac=02:00:00:00:00 | mac=\"02:00:00:00:00\": six bytes in hexadecimal are needed",
        "tap:n,mac=02-00-00-00-00-01 | mac=\"02-00-00-00-00-01\": six bytes in hexadecimal are needed",
        "tap:n,mac=01:00:00:00:00:01 | mac=\"01:00:00:00:00:01\": a group address, or zero, is no interface\'s own",
        "tap:n,mac=00:00:00:00:00:00 | mac=\"00:00:00:00:00:00\": a group address, or zero, is no interface\'s own",
    })
    void parse_saysWhatIsWrong(String address, String why) {
        DeviceAddress parsed = DeviceAddress.parse(address);

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TapOptions.parse(parsed));

        assertTrue(e.getMessage().startsWith(why), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void parse_leavesOtherKeysToOthers() {
        assertEquals("n", TapOptions.parse(DeviceAddress.parse("tap:n,loss=1%")).name());
    }

    @Test
    void specs_nameWhatIsTaken() {
        for (OptionSpec spec : TapWire.options()) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> TapOptions.parse(new DeviceAddress("tap", "n", Map.of(spec.key(), "?"))));
            assertTrue(e.getMessage().startsWith(spec.key() + "=\"?\": "), e.getMessage());
        }
    }
}
