package org.netdev4j.platform.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes wires from what people write: {@code kind:locator[,key=value]...}, the form of a {@link DeviceAddress}.
 *
 * <p>Examples: {@code tap:nd0}, {@code pcap:in.pcap,out=out.pcapng,pace=original}, {@code self:}, {@code link:a},
 * {@code switch:lan,loss=1%}, {@code null:}. A key may also stand where the locator does: {@code pcap:out=y.pcap}. Thread-safe.
 */
public final class Wires {
    private static final Logger LOG = LoggerFactory.getLogger(Wires.class);

    private static final OptionSpec RING =
        new OptionSpec("ring", "bytes, k M G", "1M", "room for arriving frames; a power of two from 256k to 1G");

    // One line for each kind: what people are told about it, and what opens it.
    private static final Map<String, Entry> KINDS = entries(
        new Entry("tap", "NAME", "a TAP interface of this machine's kernel", TapWire.options(), TapWire::open),
        new Entry("pcap", "FILE", "capture files: frames of one are received, frames sent go to another",
            PcapOptions.specs(), PcapOptions::open),
        new Entry("self", "", "what is sent is received again", List.of(RING), Wires::openSelf),
        new Entry("link", "NAME", "a cable in this process; two devices name the same one", List.of(RING), Wires::openLink),
        new Entry("switch", "NAME", "a learning switch in this process; up to 64 devices name the same one", List.of(RING),
            Wires::openSwitch),
        new Entry("null", "", "swallows what is sent, delivers nothing", List.of(), Wires::openNull));

    private Wires() {
    }

    private record Entry(WireKind kind, BiFunction<DeviceAddress, Platform, WirePort> opener) {
        Entry(String name, String locator, String description, List<OptionSpec> options,
            BiFunction<DeviceAddress, Platform, WirePort> opener) {
            this(new WireKind(name, locator, description, options), opener);
        }
    }

    private static Map<String, Entry> entries(Entry... all) {
        Map<String, Entry> byName = new LinkedHashMap<>();
        for (Entry entry : all) {
            byName.put(entry.kind.name(), entry);
        }
        return byName;
    }

    /** All kinds, in the order in which help shows them. */
    public static List<WireKind> kinds() {
        return KINDS.values().stream().map(Entry::kind).toList();
    }

    /** Keys that make any wire worse: loss, delay and the like. */
    public static List<OptionSpec> impairments() {
        return ImpairmentOptions.specs();
    }

    /**
     * Opens a wire.
     *
     * @param text     what was written
     * @param platform clock, timers and, for impairments without a seed, random numbers
     * @return a port, which the caller closes
     * @throws PlatformException if the text is wrong, naming what is and what would be right (its cause is then an
     *     {@link IllegalArgumentException}), or the wire cannot be had
     */
    public static WirePort open(String text, Platform platform) {
        try {
            DeviceAddress address = parse(text);
            Entry entry = KINDS.get(address.scheme());
            requireLocator(entry.kind, address.locator());
            requireKnown(entry.kind, address.options());
            Optional<Impairments> impairments = ImpairmentOptions.parse(new WireOptions(address.options()), platform);
            WirePort wire = entry.opener.apply(ownPart(entry.kind, address), platform);
            return impairments.map(what -> impaired(wire, what, platform)).orElse(wire);
        } catch (IllegalArgumentException e) {
            throw new PlatformException("wire \"" + text + "\": " + e.getMessage(), e);
        }
    }

    private static WirePort impaired(WirePort wire, Impairments what, Platform platform) {
        LOG.info("wire {} is impaired, seed={}", wire.name(), what.seed());
        return new ImpairedWire(wire, what, platform);
    }

    private static DeviceAddress parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                "a wire is kind:locator[,key=value]..., as in self: or pcap:in.pcap,out=out.pcap; kinds are "
                    + String.join(", ", KINDS.keySet()) + Suggest.didYouMean(text, KINDS.keySet()));
        }
        String name = text.substring(0, colon);
        Entry entry = KINDS.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no kind of wire \"" + name + "\"; there are "
                + String.join(", ", KINDS.keySet()) + Suggest.didYouMean(name, KINDS.keySet()));
        }
        String rest = text.substring(colon + 1);
        int equals = rest.indexOf('=');
        boolean keyFirst = equals > 0 && keys(entry.kind).contains(rest.substring(0, equals));
        try {
            return DeviceAddress.parse(name + ":" + (keyFirst ? "," : "") + rest);
        } catch (DeviceAddress.BadAddressException e) {
            throw new IllegalArgumentException(e.why(), e);
        }
    }

    private static List<String> keys(WireKind kind) {
        List<String> keys = new ArrayList<>();
        kind.options().forEach(option -> keys.add(option.key()));
        impairments().forEach(option -> keys.add(option.key()));
        return keys;
    }

    /** The address as the kind knows it, without the keys that concern any wire. */
    private static DeviceAddress ownPart(WireKind kind, DeviceAddress address) {
        Map<String, String> own = new LinkedHashMap<>();
        kind.options().stream().map(OptionSpec::key).filter(address.options()::containsKey)
            .forEach(key -> own.put(key, address.options().get(key)));
        return new DeviceAddress(address.scheme(), address.locator(), own);
    }

    private static void requireLocator(WireKind kind, String locator) {
        if (kind.locator().isEmpty() && !locator.isEmpty()) {
            throw new IllegalArgumentException("nothing but keys can stand after " + kind.name() + ":");
        }
        if ("NAME".equals(kind.locator()) && locator.isEmpty()) {
            throw new IllegalArgumentException("needs a name, as in " + kind.name() + ":a");
        }
    }

    private static void requireKnown(WireKind kind, Map<String, String> options) {
        List<String> known = keys(kind);
        for (String key : options.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("no key \"" + key + "\"; " + kind.name() + ": takes "
                    + String.join(", ", known) + Suggest.didYouMean(key, known));
            }
        }
    }

    private static WirePort openSelf(DeviceAddress address, Platform platform) {
        return new SelfLoop(platform, ring(address));
    }

    private static WirePort openLink(DeviceAddress address, Platform platform) {
        return BackToBack.plug(address.locator(), platform, ring(address));
    }

    private static WirePort openSwitch(DeviceAddress address, Platform platform) {
        return LearningSwitch.plug(address.locator(), platform, ring(address));
    }

    private static WirePort openNull(DeviceAddress address, Platform platform) {
        return new NullWire();
    }

    private static long ring(DeviceAddress address) {
        return new WireOptions(address.options()).parsed("ring", Wires::ringBytes).orElse((long) RingPort.STANDARD_BYTES);
    }

    private static long ringBytes(String text) {
        long bytes = Units.bytes(text);
        if (bytes < FrameRing.LEAST_BYTES || bytes > FrameRing.MOST_BYTES || Long.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("\"" + text + "\": a power of two from 256k to 1G is needed");
        }
        return bytes;
    }
}
