package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.OptionSpec;

class WiresTest {
    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).random(RandomSource.seeded(1)).build();
    private final List<WirePort> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(WirePort::close);
        platform.close();
    }

    private WirePort open(String text) {
        WirePort wire = Wires.open(text, platform);
        opened.add(wire);
        return wire;
    }

    @Test
    void self_receivesWhatItSends() {
        WirePort wire = open("self:");
        Frames.send(wire, Frames.bytes(1, 60));
        assertArrayEquals(Frames.bytes(1, 60), Frames.receive(wire));
        assertEquals("self:", wire.name());
    }

    @Test
    void link_connectsTheTwoThatNameIt() {
        WirePort left = open("link:wires-test");
        assertFalse(left.linkUp());
        assertFalse(left.exhausted());
        assertTrue(Frames.send(left, Frames.bytes(0, 60)));
        assertEquals(1, left.stats().orElseThrow().dropped());
        WaitEvent event = platform.newWaitEvent();
        left.notify(event);

        WirePort right = open("link:wires-test");

        assertTrue(event.poll());
        assertTrue(left.linkUp() && right.linkUp());
        Frames.send(left, Frames.bytes(1, 60));
        Frames.send(right, Frames.bytes(2, 60));
        assertArrayEquals(Frames.bytes(1, 60), Frames.receive(right));
        assertArrayEquals(Frames.bytes(2, 60), Frames.receive(left));
        assertEquals("wire link:wires-test: both ends are plugged in already; a cable has two, "
            + "use switch:wires-test to connect more",
            assertThrows(PlatformException.class, () -> open("link:wires-test")).getMessage());
    }

    @Test
    void link_nameIsFree_onceBothEndsAreClosed() {
        WirePort left = open("link:wires-test-2");
        WirePort right = open("link:wires-test-2");
        left.close();
        assertThrows(PlatformException.class, () -> open("link:wires-test-2"));
        assertTrue(right.exhausted());
        right.close();

        WirePort alone = open("link:wires-test-2");
        assertFalse(alone.exhausted());
        alone.close();
        assertEquals("link:wires-test-2/left", open("link:wires-test-2").name());
    }

    @Test
    void switch_joinsAllThatNameIt_andGoesWithTheLast() {
        List<WirePort> ports = List.of(open("switch:wires-test"), open("switch:wires-test"), open("switch:wires-test"));
        Frames.send(ports.get(0), Frames.ethernet(-1, 1, 1));
        assertEquals(60, Frames.receive(ports.get(1)).length);
        assertEquals(60, Frames.receive(ports.get(2)).length);
        Frames.send(ports.get(2), Frames.ethernet(1, 2, 2));
        assertEquals(0, Frames.receive(ports.get(1)).length);
        assertEquals(60, Frames.receive(ports.get(0)).length);
        ports.forEach(WirePort::close);

        WirePort fresh = open("switch:wires-test");
        assertEquals("switch:wires-test/0", fresh.name());
        WirePort other = open("switch:wires-test");
        Frames.send(other, Frames.ethernet(1, 2, 3));
        assertEquals(60, Frames.receive(fresh).length);
    }

    @Test
    void switch_isMadeAnew_onTheClockOfItsFirstPort() {
        open("switch:wires-test-2").close();
        VirtualClock laterClock = new VirtualClock();
        try (Platform later = Platform.builder().virtualClock(laterClock).build();
            WirePort a = Wires.open("switch:wires-test-2", later);
            WirePort b = Wires.open("switch:wires-test-2", later);
            WirePort c = Wires.open("switch:wires-test-2", later)) {
            Frames.send(a, Frames.ethernet(-1, 1, 1));
            Frames.receive(c);
            laterClock.advance(LearningSwitch.STANDARD_AGE_NANOS + 1);
            Frames.send(b, Frames.ethernet(1, 2, 2));
            assertEquals(60, Frames.receive(c).length);
        }
    }

    @Test
    void null_swallows() {
        WirePort wire = open("null:");
        assertTrue(Frames.send(wire, Frames.bytes(1, 60)));
        assertEquals(0, Frames.receive(wire).length);
        assertTrue(wire.exhausted() && wire.linkUp());
        assertFalse(wire.readable());
        assertEquals(new WireStats(1, 60, 0, 0, 1), wire.stats().orElseThrow());
    }

    @Test
    void impairmentKeys_workOnAnyWire() {
        WirePort wire = open("self:delay=1ms,direction=receive,seed=3");
        assertInstanceOf(ImpairedWire.class, wire);
        Frames.send(wire, Frames.bytes(1, 60));
        assertEquals(0, Frames.receive(wire).length);
        clock.advance(1_000_000);
        assertEquals(60, Frames.receive(wire).length);
        assertInstanceOf(SelfLoop.class, open("self:seed=3,loss=0"));
    }

    @Test
    void seed_decidesTheOutcome() {
        assertEquals(lost("seed=7"), lost("seed=7"));
        assertFalse(lost("seed=7").equals(lost("seed=8")));
        assertFalse(lost("ring=1M").equals(lost("ring=1M")));
    }

    private List<Integer> lost(String key) {
        WirePort wire = open("self:loss=50%,direction=send," + key);
        List<Integer> lost = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Frames.send(wire, Frames.bytes(i, 60));
            if (Frames.receive(wire).length == 0) {
                lost.add(i);
            }
        }
        return lost;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "self | a wire is kind:locator[,key=value]..., as in self: or pcap:in.pcap,*; kinds are *did you mean \"self\"?",
        "'' | a wire is kind:locator[,key=value]...*",
        "lnik:a | no kind of wire \"lnik\"; there are *; did you mean \"link\"?",
        "xyz: | no kind of wire \"xyz\"; there are *null",
        "self:,los=1 | no key \"los\"; self: takes ring, loss, *; did you mean \"loss\"?",
        "self:x | nothing but keys can stand after self:",
        "link: | needs a name, as in link:a",
        "switch:,ring=1M | needs a name, as in switch:a",
        "self:,loss | \"loss\" is not key=value",
        "self:,loss=0.1,loss=0.2 | key \"loss\" is given twice",
        "self:,loss=1.5 | loss=\"1.5\": a probability is a number from 0 to 1, or from 0% to 100%, as in 0.01 or 1%",
        "self:,delay=5 | delay=\"5\": a duration is a number with ns, us, ms or s, as in 250us",
        "self:,rate=fast | rate=\"fast\": a rate is a number of bits a second above zero*",
        "self:,jitter=1ms | jitter must not be more than the delay*",
        "self:,seed=x | seed=\"x\": not a whole number*",
        "self:,reorder-by=0 | reorder-by=\"0\": not from 1 to 1000000",
        "self:,reorder-by=2h | reorder-by=\"2h\": a duration is*",
        "self:,ring=100k | ring=\"100k\": a power of two from 256k to 1G is needed",
        "self:,ring=4G | ring=\"4G\": a power of two from 256k to 1G is needed",
        "self:,direction=sned | direction=\"sned\": one of both, send, receive is needed; did you mean \"send\"?",
    })
    void open_saysWhatIsWrong(String text, String pattern) {
        String message = assertThrows(PlatformException.class, () -> open(text)).getMessage();
        String expected = "wire \"" + text + "\": " + pattern;
        String regex = Arrays.stream(expected.split("\\*", -1)).map(Pattern::quote)
            .collect(Collectors.joining(".*"));
        assertTrue(message.matches(regex), message);
    }

    @Test
    void open_leavesNoNameBehind_whenItFails() {
        assertThrows(PlatformException.class, () -> open("link:wires-test-3,loss=2"));
        assertThrows(PlatformException.class, () -> open("link:wires-test-3,ring=1"));
        assertEquals("link:wires-test-3/left", open("link:wires-test-3").name());
    }

    @Test
    void kinds_areDescribed_andTheirKeysAreUnique() {
        Set<String> names = new HashSet<>();
        for (WireKind kind : Wires.kinds()) {
            assertTrue(names.add(kind.name()));
            assertFalse(kind.description().isBlank());
            Set<String> keys = new HashSet<>();
            List<OptionSpec> all = new ArrayList<>(kind.options());
            all.addAll(Wires.impairments());
            for (OptionSpec option : all) {
                assertTrue(keys.add(option.key()), kind.name() + ": " + option.key());
                assertFalse(option.description().isBlank() || option.values().isBlank());
            }
        }
        assertTrue(names.containsAll(Set.of("pcap", "self", "link", "switch", "null")), names.toString());
    }
}
