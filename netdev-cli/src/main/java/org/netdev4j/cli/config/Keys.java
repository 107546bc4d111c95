package org.netdev4j.cli.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.wire.CaptureFormat;
import org.netdev4j.platform.wire.WirePort;

/** All keys there are; what each is for, its {@link Key#description()} says. */
public final class Keys {
    private static final Map<String, Key<?>> BY_PATH = new LinkedHashMap<>();
    private static final int MOST_QUEUES = 1024;
    private static final int MOST_RING = 1 << 20;
    private static final int MOST_FLOWS = 1 << 24;
    private static final int MOST_SEGMENT = 9216;

    public static final Key<String> MEMORY =
        key("memory", ValueType.choice("auto", "physical", "hugepages", "memfd", "anonymous"), "auto", "where packet buffers and rings lie");
    public static final Key<String> LOG_LEVEL =
        key("log.level", ValueType.choice("error", "warn", "info", "debug", "trace"), "warn", "what is logged");
    public static final Key<String> LOG_FILE = key("log.file", ValueType.TEXT, "", "file that gets the log instead of standard error");

    // ---- each device

    public static final Key<String> ADDRESS =
        key("devices.*.address", ValueType.TEXT, "", "where the device is, as loopback: or pci:0000:00:06.0");
    public static final Key<String> BACKEND = key("devices.*.backend", ValueType.TEXT, "auto", "driver, or auto for the one that fits");
    public static final Key<String> WIRE =
        key("devices.*.wire", ValueType.TEXT, "", "what the port is plugged into, as tap:nd0 or pcap:in.pcap");
    public static final Key<String> SOCKET =
        key("devices.*.socket", ValueType.TEXT, "", "where netdev serve listens for who wants to use the device");
    public static final Key<Integer> QUEUES =
        key("devices.*.queues", ValueType.whole(1, MOST_QUEUES), "1", "receive and transmit queues");
    public static final Key<Integer> RX_QUEUES =
        key("devices.*.rx-queues", ValueType.whole(1, MOST_QUEUES), "", "receive queues, if not as queues says");
    public static final Key<Integer> TX_QUEUES =
        key("devices.*.tx-queues", ValueType.whole(1, MOST_QUEUES), "", "transmit queues, if not as queues says");
    public static final Key<Integer> RX_RING =
        key("devices.*.rx-ring", ValueType.whole(1, MOST_RING), "", "descriptors of a receive ring, if not the device's standard");
    public static final Key<Integer> TX_RING =
        key("devices.*.tx-ring", ValueType.whole(1, MOST_RING), "", "descriptors of a transmit ring, if not the device's standard");
    public static final Key<Integer> MTU =
        key("devices.*.mtu", ValueType.whole(1, 65_535), "", "bytes of the largest IP packet, if not the device's standard");
    public static final Key<MacAddress> MAC = key("devices.*.mac", ValueType.MAC, "", "MAC address, if not the device's own");
    public static final Key<Boolean> PROMISCUOUS =
        key("devices.*.promiscuous", ValueType.FLAG, "", "receive frames for all addresses; off unless the application needs it");
    public static final Key<Boolean> INTERRUPTS =
        key("devices.*.interrupts", ValueType.FLAG, "off", "wait for interrupts instead of polling");
    public static final Key<List<Integer>> CPUS =
        key("devices.*.cpus", ValueType.list(ValueType.whole(0, 65_535)), "", "CPU of the thread that serves each queue");
    public static final Key<Integer> POOL_BUFFERS =
        key("devices.*.pool.buffers", ValueType.whole(1, 1 << 24), "", "packet buffers, if not as many as the rings need");
    public static final Key<Integer> POOL_DATA_ROOM =
        key("devices.*.pool.data-room", ValueType.whole(64, 65_535), "", "bytes of data in a buffer, if not as many as suit the device");
    public static final Key<Boolean> POOL_DEBUG =
        key("devices.*.pool.debug", ValueType.FLAG, "off", "find double frees, uses after free and leaks, slowly");
    public static final Map<Capability, Key<Boolean>> OFFLOADS = offloads();
    public static final Key<HashFunction> RSS_FUNCTION =
        key("devices.*.rss.function", ValueType.constant(HashFunction.class), "", "hash function");
    public static final Key<byte[]> RSS_KEY =
        key("devices.*.rss.key", ValueType.of("bytes in hex, as 6d:5a:56", Hex::parse), "", "hash key");
    public static final Key<List<Integer>> RSS_TABLE =
        key("devices.*.rss.table", ValueType.list(ValueType.whole(0, MOST_QUEUES)), "", "receive queue of each entry");
    public static final Map<FlowType, Key<List<HashField>>> RSS_FIELDS = fields();
    public static final Key<Integer> RX_USECS = coalescing("rx-usecs", "microseconds from a packet to the interrupt");
    public static final Key<Integer> RX_FRAMES = coalescing("rx-frames", "packets after which the interrupt comes earlier");
    public static final Key<Integer> TX_USECS = coalescing("tx-usecs", "microseconds from a completion to the interrupt");
    public static final Key<Integer> TX_FRAMES = coalescing("tx-frames", "completions after which the interrupt comes earlier");
    public static final Key<Boolean> ADAPTIVE_RX =
        key("devices.*.coalescing.adaptive-rx", ValueType.FLAG, "", "let the driver choose rx-usecs");

    // ---- all applications

    public static final Key<Integer> BURST = key("run.burst", ValueType.whole(1, 1024), "32", "most packets moved at once");
    public static final Key<Long> STATS_INTERVAL = key("run.stats-interval", ValueType.DURATION, "0", "how often rates are shown; 0 for never");
    public static final Key<Long> DURATION = key("run.duration", ValueType.DURATION, "0", "how long to run; 0 for no limit");
    public static final Key<Boolean> BUSY_POLL =
        key("run.busy-poll", ValueType.FLAG, "off", "poll without a pause; off: rest up to 50 us when nothing comes");

    // ---- serve

    public static final Key<List<String>> SERVE_DEVICES =
        key("serve.devices", ValueType.list(ValueType.TEXT), "", "simulated devices to serve, by name");
    public static final Key<String> SERVE_CONTROL =
        key("serve.control", ValueType.TEXT, "", "where their control channel is, for netdev conformance: unix:PATH or tcp:127.0.0.1:PORT");

    // ---- conformance

    public static final Key<String> CONFORMANCE_CONTROL = key("conformance.control", ValueType.TEXT, "",
        "control channel of netdev serve: unix:PATH, tcp:HOST:PORT, or in a virtual machine file:PATH");
    public static final Key<List<String>> CONFORMANCE_FURTHER = key("conformance.further", ValueType.list(ValueType.TEXT), "",
        "addresses of the other devices that are served, in their order");

    // ---- echo

    public static final Key<String> ECHO_DEVICE = key("echo.device", ValueType.TEXT, "", "device, by name or address");
    public static final Key<List<IpPrefix>> ECHO_IP =
        key("echo.ip", ValueType.list(ValueType.IP), "", "addresses that answer; an IPv6 link-local one is added");

    // ---- forward

    public static final Key<List<String>> FORWARD_DEVICES =
        key("forward.devices", ValueType.list(ValueType.TEXT), "", "the two devices, by name");
    public static final Key<Boolean> FORWARD_CHECKSUMS = key("forward.checksums", ValueType.FLAG, "off",
        "the one device checks TCP and UDP checksums, the other makes them anew");

    // ---- generate

    public static final Key<String> GENERATE_DEVICE = key("generate.device", ValueType.TEXT, "", "device, by name or address");
    public static final Key<FrameSizes> GENERATE_SIZE =
        key("generate.size", ValueType.of(FrameSizes.ALLOWED, FrameSizes::parse), "60", "bytes of a frame without FCS, or imix");
    public static final Key<Rate> GENERATE_RATE = key("generate.rate", ValueType.RATE, "max", "how fast");
    public static final Key<Integer> GENERATE_FLOWS =
        key("generate.flows", ValueType.whole(1, MOST_FLOWS), "1", "flows, which differ in source port and then in source address");
    public static final Key<Long> GENERATE_COUNT =
        key("generate.count", ValueType.whole64(0, Long.MAX_VALUE), "0", "packets; 0 for no limit, or all of the capture");
    public static final Key<Long> GENERATE_SEED =
        key("generate.seed", ValueType.whole64(0, Long.MAX_VALUE), "1", "from which payload and order of sizes follow");
    public static final Key<MacAddress> GENERATE_DST_MAC =
        key("generate.dst-mac", ValueType.MAC, "02:00:00:00:00:02", "destination MAC address");
    public static final Key<MacAddress> GENERATE_SRC_MAC =
        key("generate.src-mac", ValueType.MAC, "", "source MAC address, if not the device's");
    public static final Key<IpPrefix> GENERATE_SRC_IP =
        key("generate.src-ip", ValueType.IP, "198.18.0.1", "first source address");
    public static final Key<IpPrefix> GENERATE_DST_IP =
        key("generate.dst-ip", ValueType.IP, "198.19.0.1", "destination address");
    public static final Key<Integer> GENERATE_SRC_PORT =
        key("generate.src-port", ValueType.whole(0, 65_535), "1024", "first UDP source port");
    public static final Key<Integer> GENERATE_DST_PORT =
        key("generate.dst-port", ValueType.whole(0, 65_535), "9", "UDP destination port; 9 is discard");
    public static final Key<String> GENERATE_FROM =
        key("generate.from", ValueType.TEXT, "", "capture whose frames are sent as they are");
    public static final Key<Integer> GENERATE_TSO = key("generate.tso", ValueType.whole(0, MOST_SEGMENT), "0",
        "send TCP, of which the device makes segments with so many bytes of payload; 0 sends UDP");

    // ---- capture

    public static final Key<String> CAPTURE_DEVICE = key("capture.device", ValueType.TEXT, "", "device, by name or address");
    public static final Key<Long> CAPTURE_COUNT =
        key("capture.count", ValueType.whole64(0, Long.MAX_VALUE), "0", "packets; 0 for no limit");
    public static final Key<Integer> CAPTURE_SNAPLEN = key("capture.snaplen", ValueType.whole(1, WirePort.MAX_FRAME),
        Integer.toString(WirePort.MAX_FRAME), "bytes kept of a frame");
    public static final Key<String> CAPTURE_WRITE =
        key("capture.write", ValueType.TEXT, "", "file, .pcap or .pcapng, or - for standard output; else packets are shown");
    public static final Key<CaptureFormat> CAPTURE_FORMAT =
        key("capture.format", ValueType.of(String.join("|", CaptureFormat.labels()), CaptureFormat::ofLabel), "",
            "format of the file, if not by its name");
    public static final Key<Boolean> CAPTURE_PROMISCUOUS =
        key("capture.promiscuous", ValueType.FLAG, "on", "receive frames for all addresses");

    static {
        requireStandardsValid();
    }

    private Keys() {
    }

    private static <T> Key<T> key(String path, ValueType<T> type, String standard, String description) {
        Key<T> key = new Key<>(path, type, standard, description);
        BY_PATH.put(path, key);
        return key;
    }

    private static Key<Integer> coalescing(String name, String description) {
        return key("devices.*.coalescing." + name, ValueType.whole(0, Integer.MAX_VALUE), "", description);
    }

    private static Map<Capability, Key<Boolean>> offloads() {
        Map<Capability, Key<Boolean>> keys = new EnumMap<>(Capability.class);
        for (Capability each : Capability.values()) {
            if (each.isOffload()) {
                keys.put(each, key("devices.*.offloads." + each.featureName(), ValueType.FLAG, "", each.label()));
            }
        }
        return Collections.unmodifiableMap(keys);
    }

    private static Map<FlowType, Key<List<HashField>>> fields() {
        Map<FlowType, Key<List<HashField>>> keys = new EnumMap<>(FlowType.class);
        for (FlowType each : FlowType.values()) {
            keys.put(each, key("devices.*.rss.fields." + each.label(), ValueType.list(ValueType.constant(HashField.class)), "",
                "what is hashed of " + each.label() + " packets"));
        }
        return Collections.unmodifiableMap(keys);
    }

    // A standard value that its own type refuses would show up only when somebody runs into it.
    private static void requireStandardsValid() {
        BY_PATH.values().stream().filter(k -> !k.standard().isEmpty()).forEach(k -> k.type().read(k.standard()));
    }

    /** All keys, in the order in which they are shown. */
    public static Collection<Key<?>> all() {
        return Collections.unmodifiableCollection(BY_PATH.values());
    }

    /** The key with this full name, with {@code *} or the name of a device. */
    static Optional<Key<?>> at(String path) {
        return Optional.ofNullable(BY_PATH.get(pattern(path)));
    }

    /** True if keys begin with {@code path} and a dot. */
    static boolean isSection(String path) {
        return path.equals("devices") || BY_PATH.keySet().stream().anyMatch(k -> k.startsWith(pattern(path) + "."));
    }

    /** The words that may follow {@code section}, or begin a name if it is empty. */
    static List<String> words(String section) {
        String prefix = section.isEmpty() ? "" : pattern(section) + ".";
        Set<String> words = new LinkedHashSet<>();
        for (String path : BY_PATH.keySet()) {
            if (path.startsWith(prefix)) {
                words.add(path.substring(prefix.length()).split("\\.")[0]);
            }
        }
        return new ArrayList<>(words);
    }

    private static String pattern(String path) {
        return path.replaceFirst("^devices\\.[^.]+", "devices.*");
    }
}
