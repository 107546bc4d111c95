package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RssConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;
import org.netdev4j.conformance.frame.RssOracle;

/** Receive-side scaling: hashes, and the queue that follows from them. */
final class RssCases {
    private static final String MICROSOFT_KEY =
        "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";

    /** Sends a frame and takes it from whichever queue it comes to. */
    static Received anywhere(Bench bench, Frame frame, int queues) {
        bench.far().send(frame);
        List<Received> got = new ArrayList<>(1);
        bench.await("a packet on any of " + queues + " receive queues", () -> {
            for (int q = 0; q < queues && got.isEmpty(); q++) {
                got.addAll(bench.rx(q).poll());
            }
            return !got.isEmpty();
        });
        Check.sameFrame(frame.bytes(), got.get(0).bytes(), "packet on receive queue " + got.get(0).queue());
        return got.get(0);
    }

    /** Sends a frame and checks hash and queue against what the configuration says. */
    static void follows(Bench bench, Frame frame, int queues, String what) {
        RssOracle oracle = new RssOracle(bench.device().rss());
        Received packet = anywhere(bench, frame, queues);
        OptionalInt hash = oracle.hash(frame);
        if (hash.isPresent() && packet.has(NetBuf.RX_HASH)) {
            Check.equal(Integer.toHexString(hash.getAsInt()), Integer.toHexString(packet.hash()), "hash of " + what);
        }
        OptionalInt queue = oracle.queue(frame);
        if (queue.isPresent()) {
            Check.equal(queue.getAsInt(), packet.queue(), "receive queue of " + what + " (hash 0x"
                + Integer.toHexString(hash.getAsInt()) + ")");
        } else if (packet.has(NetBuf.RX_HASH)) {
            // Whatever it was worked out from, the hash chooses the entry.
            int[] table = bench.device().rss().table();
            Check.equal(table[packet.hash() & table.length - 1], packet.queue(), "receive queue of " + what
                + " that came with hash 0x" + Integer.toHexString(packet.hash()));
        }
    }

    static int queues(Bench bench) {
        return Math.min(4, Math.min(bench.info().maxRxQueues(), bench.info().maxTxQueues()));
    }

    static Frame flow(Bench bench, int kind) {
        boolean ipv6 = kind % 4 >= 2;
        int port = bench.random().nextInt(65536);
        Packet packet = bench.toDevice().randomAddresses(ipv6, bench.random()).payload(20, bench.random());
        return (kind % 2 == 0 ? packet.tcp(port, 443) : packet.udp(port, 53)).build();
    }

    @ConformanceCase(id = "RS-001", rxQueues = 2,
        value = "Fresh from open, with nothing set, each flow comes to the queue that rss() says it should.",
        needs = Capability.RSS_HASH,
        source = "NEEDS-ENA 47; "
            + "cloudius-systems/osv#1471: the indirection table was never programmed, unicast was dropped for "
            + "2.7 years; architecture: hostile power-on state",
        ifItFails = "program key, function, fields and table in configure() or start(): a device's power-on "
            + "values are garbage")
    void freshFromOpen(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        for (int i = 0; i < 64; i++) {
            follows(bench, flow(bench, i), queues, "flow " + i + " with standard settings");
        }
    }

    @ConformanceCase(id = "RS-002",
        value = "The hashes are those of Microsoft's verification suite.",
        needs = {Capability.RSS_HASH, Capability.RSS_KEY_UPDATE},
        source = "Microsoft, \"Verifying the RSS Hash Calculation\"; [DPDK app/test/test_thash.c]; selftests "
            + "toeplitz.py",
        ifItFails = "look at the order of the key's bytes (DPDK's ena reverses them: ena_rss.c), and of source "
            + "and destination")
    void microsoftVectors(Bench bench) {
        Check.require(bench.info().rss().orElseThrow().functions().contains(HashFunction.TOEPLITZ),
            "needs hash function TOEPLITZ");
        Check.require(bench.info().rss().orElseThrow().keySize() == 40, "needs a key of 40 bytes");
        bench.up(1);
        bench.device().setRss(bench.device().rss().withFunction(HashFunction.TOEPLITZ)
            .withKey(HexFormat.of().parseHex(MICROSOFT_KEY)));
        vector(bench, 0x420995bb, 0xa18e6450, 2794, 1766, 0x51ccc178, 0x323e8fc2);
        vector(bench, 0xc75c6f02, 0x41458c53, 14230, 4739, 0xc626b0ea, 0xd718262a);
        vector(bench, 0x1813c65f, 0x0c16cfb8, 12898, 38024, 0x5c2b394a, 0xd2d0a5de);
        vector(bench, 0x261bcd1e, 0xd18ea306, 48228, 2217, 0xafc7327f, 0x82989176);
        vector(bench, 0x9927a3bf, 0xcabc7f02, 44251, 1303, 0x10e828a2, 0x5d1809c5);
        vector6(bench, "3ffe250102001fff0000000000000007", "3ffe2501020000030000000000000001", 2794, 1766, 0x40207d3d,
            0x2cc18cd5);
        vector6(bench, "3ffe050100080000026097fffe40efab", "ff020000000000000000000000000001", 14230, 4739, 0xdde51bbf,
            0x0f0c461c);
        vector6(bench, "3ffe1900454500030200f8fffe2167cf", "fe800000000000000200f8fffe2167cf", 44251, 38024, 0x02d1feef,
            0x4b61e985);
    }

    private static void vector(Bench bench, int from, int to, int fromPort, int toPort, int withPorts,
        int withoutPorts) {
        known(bench, FlowType.IPV4_TCP, bench.toDevice().ip4(from, to).tcp(fromPort, toPort).build(), withPorts);
        known(bench, FlowType.IPV4_UDP, bench.toDevice().ip4(from, to).udp(fromPort, toPort).build(), withPorts);
        known(bench, FlowType.IPV4, bench.toDevice().ip4(from, to).protocol(253).build(), withoutPorts);
    }

    private static void vector6(Bench bench, String from, String to, int fromPort, int toPort, int withPorts,
        int withoutPorts) {
        byte[] source = HexFormat.of().parseHex(from);
        byte[] target = HexFormat.of().parseHex(to);
        known(bench, FlowType.IPV6_TCP, bench.toDevice().ip6(source, target).tcp(fromPort, toPort).build(), withPorts);
        known(bench, FlowType.IPV6_UDP, bench.toDevice().ip6(source, target).udp(fromPort, toPort).build(), withPorts);
        known(bench, FlowType.IPV6, bench.toDevice().ip6(source, target).protocol(253).build(), withoutPorts);
    }

    private static void known(Bench bench, FlowType type, Frame frame, int hash) {
        Set<HashField> fields = bench.device().rss().fields().getOrDefault(type, Set.of());
        boolean ports = type != FlowType.IPV4 && type != FlowType.IPV6;
        Set<HashField> l3 = Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION);
        Set<HashField> l4 = Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION, HashField.L4_SOURCE,
            HashField.L4_DESTINATION);
        if (fields.equals(ports ? l4 : l3)) {
            Received packet = anywhere(bench, frame, 1);
            Check.that(packet.has(NetBuf.RX_HASH), "a " + type.label() + " packet came without its hash");
            Check.equal(Integer.toHexString(hash), Integer.toHexString(packet.hash()), "hash of a " + type.label()
                + " packet of the verification suite");
        }
    }

    @ConformanceCase(id = "RS-003", rxQueues = 2,
        value = "Hash and queue of random flows are those that key, fields and table give.",
        needs = Capability.RSS_HASH,
        source = "selftests toeplitz.py: tcp and udp over v4 and v6, hash and queue; bug reports on ENA: hash not "
            + "predictable",
        ifItFails = "look at which bits of the hash select the entry (the low ones), and at ports left out for UDP")
    void randomFlows(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        for (int i = 0; i < 200; i++) {
            follows(bench, flow(bench, i), queues, "flow " + i);
        }
    }

    @ConformanceCase(id = "RS-004", rxQueues = 2,
        value = "A new table steers at once: all to one queue, then to another.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "NEEDS-ENA 47; "
            + "[DTS rss]: RETA steers; selftests rss_ctx.py; ENA fix L2.1.0: swapped parameters when the table "
            + "was filled",
        ifItFails = "entries hold the device's queue ids, not yours (amzn-drivers ena_com.c, "
            + "ena_com_ind_tbl_convert_to_device)")
    void steer(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        for (int target = 0; target < queues; target++) {
            int[] table = new int[bench.device().rss().table().length];
            Arrays.fill(table, target);
            bench.device().setRss(bench.device().rss().withTable(table));
            for (int i = 0; i < 12; i++) {
                Check.equal(target, anywhere(bench, flow(bench, i), queues).queue(),
                    "receive queue of a flow while the table names queue " + target + " only");
            }
        }
    }

    @ConformanceCase(id = "RS-005", rxQueues = 2,
        value = "Each entry of the table counts by itself.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "[DTS rss]: RETA; ENA fix L2.13.2: table size decided by the device",
        ifItFails = "look at a table of another size in the device, filled by repetition or only in part")
    void singleEntry(Bench bench) {
        bench.up(2);
        for (int i = 0; i < 16; i++) {
            Frame frame = flow(bench, i);
            RssOracle oracle = new RssOracle(bench.device().rss());
            OptionalInt hash = oracle.hash(frame);
            Check.require(hash.isPresent(), "needs a hash function that the suite knows");
            int[] table = new int[bench.device().rss().table().length];
            table[hash.getAsInt() & table.length - 1] = 1;
            bench.device().setRss(bench.device().rss().withTable(table));
            Check.equal(1, anywhere(bench, frame, 2).queue(),
                "receive queue of a flow whose entry alone names queue 1");
        }
    }

    @ConformanceCase(id = "RS-006", rxQueues = 2,
        value = "A new key changes the hashes, to what the key gives.",
        needs = {Capability.RSS_HASH, Capability.RSS_KEY_UPDATE},
        source = "NEEDS-ENA 47; "
            + "ENA fix L2.7: initial value changed after a key change; ENA fix L2.2.4: static key; [DTS "
            + "rss_key_update]",
        ifItFails = "look at whether the key reaches the device, and in which order of bytes")
    void newKey(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        for (int round = 0; round < 3; round++) {
            byte[] key = new byte[bench.info().rss().orElseThrow().keySize()];
            bench.random().nextBytes(key);
            RssConfig wanted = bench.device().rss().withKey(key);
            bench.device().setRss(wanted);
            Check.equal(wanted, bench.device().rss(), "rss() after a new key");
            for (int i = 0; i < 32; i++) {
                follows(bench, flow(bench, i), queues, "flow " + i + " with key " + round);
            }
        }
    }

    @ConformanceCase(id = "RS-007", rxQueues = 2,
        value = "A symmetric key sends both directions of a connection to one queue.",
        needs = {Capability.RSS_HASH, Capability.RSS_KEY_UPDATE},
        source = "selftests rss_input_xfrm.py; Woo and Park, KAIST 2012: key 6d5a repeated",
        ifItFails = "look at fields that are hashed for one direction only")
    void symmetric(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        byte[] key = new byte[bench.info().rss().orElseThrow().keySize()];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (i % 2 == 0 ? 0x6d : 0x5a);
        }
        bench.device().setRss(bench.device().rss().withKey(key));
        for (int i = 0; i < 24; i++) {
            int a = bench.random().nextInt();
            int b = bench.random().nextInt();
            int there = anywhere(bench, bench.toDevice().ip4(a, b).tcp(i, 999).build(), queues).queue();
            int back = anywhere(bench, bench.toDevice().ip4(b, a).tcp(999, i).build(), queues).queue();
            Check.equal(there, back, "receive queue of the way back of connection " + i);
        }
    }

    @ConformanceCase(id = "RS-008", rxQueues = 2,
        value = "Of a kind of packet just the chosen fields are hashed.",
        needs = {Capability.RSS_HASH, Capability.RSS_FIELDS_UPDATE},
        source = "[amzn-drivers ena_admin_defs.h]: hash control per protocol; ethtool -N rx-flow-hash; selftests "
            + "rss_api.py: hash fields per flow type",
        ifItFails = "look at the map from kinds of packets to the device's own protocols")
    void fields(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        Map<FlowType, Set<HashField>> able = bench.info().rss().orElseThrow().fields();
        List<Set<HashField>> choices = List.of(Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION), Set.of());
        for (FlowType type : List.of(FlowType.IPV4_TCP, FlowType.IPV4_UDP, FlowType.IPV6_TCP, FlowType.IPV6_UDP)) {
            for (Set<HashField> choice : choices) {
                if (able.getOrDefault(type, Set.of()).containsAll(choice)) {
                    bench.device().setRss(bench.device().rss().withFields(type, choice));
                    for (int i = 0; i < 16; i++) {
                        follows(bench, flow(bench, i), queues, "flow " + i + " while " + choice + " of " + type.label()
                            + " packets is hashed");
                    }
                }
            }
        }
    }

    @ConformanceCase(id = "RS-009",
        value = "With one receive queue every packet comes there.",
        needs = Capability.RSS_HASH,
        source = "ENA fix D361913ad6f; selftests ring_reconfig.py: to one channel",
        ifItFails = "look at a table that still names queues of an earlier configuration")
    void oneQueue(Bench bench) {
        if (queues(bench) > 1) {
            bench.up(queues(bench));
            bench.device().stop();
        }
        bench.up(1);
        for (int i = 0; i < 40; i++) {
            Frame frame = flow(bench, i);
            bench.far().send(frame);
            bench.rx(0).expect(frame);
        }
    }

    @ConformanceCase(id = "RS-010", rxQueues = 2,
        value = "What is no IP comes to the queue of entry 0, if nothing of it is hashed.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "contract RssConfig.fields(): a kind that is missing gets hash 0 and entry 0; "
            + "cloudius-systems/osv#1471: ARP",
        ifItFails = "look at the default queue of packets without a hash")
    void notIp(Bench bench) {
        bench.up(2);
        Map<FlowType, Set<HashField>> fields = new EnumMap<>(FlowType.class);
        fields.putAll(bench.device().rss().fields());
        if (fields.containsKey(FlowType.OTHER)) {
            Check.require(bench.info().has(Capability.RSS_FIELDS_UPDATE),
                "needs a device that does not hash packets that are no IP, or can be told not to (RSS_FIELDS_UPDATE)");
            bench.device().setRss(bench.device().rss().withFields(FlowType.OTHER, Set.of()));
        }
        for (int entry0 = 1; entry0 >= 0; entry0--) {
            int[] table = new int[bench.device().rss().table().length];
            Arrays.fill(table, 1 - entry0);
            table[0] = entry0;
            bench.device().setRss(bench.device().rss().withTable(table));
            for (int type : new int[] {0x0806, 0x88b5}) {
                Received packet = anywhere(bench, bench.toDevice().raw(type).payload(46, bench.random()).build(), 2);
                Check.equal(entry0, packet.queue(), "receive queue of a frame of type 0x" + Integer.toHexString(type)
                    + " while entry 0 names queue " + entry0);
            }
        }
    }

    @ConformanceCase(id = "RS-011", rxQueues = 2,
        value = "All fragments of a packet come to one queue.",
        needs = Capability.RSS_HASH,
        source = "[amzn-drivers ena_admin_defs.h]: IP4_FRAG is a kind of its own; Microsoft: fragments are hashed "
            + "without ports",
        ifItFails = "the first fragment has ports and the others have not: hash no ports for any of them")
    void fragments(Bench bench) {
        int queues = queues(bench);
        bench.up(queues);
        for (int i = 0; i < 16; i++) {
            int from = bench.random().nextInt();
            int to = bench.random().nextInt();
            Frame first = bench.toDevice().ip4(from, to).fragment(0x2000).udp(bench.random().nextInt(65536), 53)
                .payload(64, bench.random()).build();
            Frame last = bench.toDevice().ip4(from, to).fragment(9).protocol(Frame.UDP).payload(50, bench.random())
                .build();
            int queue = anywhere(bench, first, queues).queue();
            Check.equal(queue, anywhere(bench, last, queues).queue(), "receive queue of the last fragment of a packet");
        }
    }
}
