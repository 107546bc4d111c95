package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RssLimits;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;

/** Receive-side scaling: what can be set, what is refused, and changes under traffic. */
final class RssConfigCases {
    private static void refused(Bench bench, RssConfig wanted, String what) {
        RssConfig before = bench.device().rss();
        Check.refused(InvalidConfigurationException.class, what, () -> bench.device().setRss(wanted));
        Check.equal(before, bench.device().rss(), "rss() after " + what + " was refused");
    }

    @ConformanceCase(id = "RS-020",
        value = "A key of the wrong length is refused, and nothing changes.",
        needs = Capability.RSS_HASH,
        source = "[DTS rss]: key update too short and too long rejected; selftests rss_api.py: empty key refused",
        ifItFails = "say the key's size in the limits, and use all of it")
    void wrongKey(Bench bench) {
        bench.up(1);
        int size = bench.info().rss().orElseThrow().keySize();
        for (int length : new int[] {0, 1, Math.max(1, size - 1), size + 1, 2 * size + 2}) {
            if (length == size) {
                continue;
            }
            refused(bench, bench.device().rss().withKey(new byte[length]), "a key of " + length + " bytes");
        }
    }

    @ConformanceCase(id = "RS-021",
        value = "A table that names a queue which is not there is refused, and nothing changes.",
        needs = Capability.RSS_HASH,
        source = "NEEDS-ENA 48; "
            + "selftests rss_api.py: queue 100000 refused; ENA fix L2.2.0: queue number above max accepted",
        ifItFails = "the number of queues configured counts")
    void wrongQueue(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int[] table = bench.device().rss().table();
        for (int queue : new int[] {-1, queues, 100_000}) {
            int[] wrong = table.clone();
            wrong[wrong.length - 1] = queue;
            refused(bench, bench.device().rss().withTable(wrong), "a table that names queue " + queue + " of "
                + queues);
        }
        RssCases.follows(bench, RssCases.flow(bench, 0), queues, "a flow after tables were refused");
    }

    @ConformanceCase(id = "RS-022",
        value = "Tables of a size that the device has not are refused; of every size that it has they are taken.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "ENA fix D923c753a8f, L2.13.2: table size decided by the device; selftests rss_drv.py",
        ifItFails = "sizes are powers of two within the limits")
    void tableSizes(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        RssLimits limits = bench.info().rss().orElseThrow();
        for (int size : new int[] {0, limits.minTableSize() / 2, 3 * limits.minTableSize(), limits.maxTableSize() - 1,
            limits.maxTableSize() * 2}) {
            if (size >= limits.minTableSize() && size <= limits.maxTableSize() && Integer.bitCount(size) == 1) {
                continue;
            }
            refused(bench, bench.device().rss().withTable(new int[size]), "a table of " + size + " entries");
        }
        for (int size = limits.minTableSize(); size <= limits.maxTableSize(); size *= 2) {
            bench.device().setRss(bench.device().rss().withTable(RssConfig.evenTable(size, queues)));
            Check.equal(size, bench.device().rss().table().length, "entries of the table");
            for (int i = 0; i < 8; i++) {
                RssCases.follows(bench, RssCases.flow(bench, i), queues, "a flow with a table of " + size + " entries");
            }
        }
    }

    @ConformanceCase(id = "RS-023",
        value = "Fields and functions that the device cannot hash are refused, and nothing changes.",
        needs = Capability.RSS_HASH,
        source = "NEEDS-ENA 48; "
            + "[amzn-drivers ena_com.c]: a field that is not supported; selftests rss_api.py: fail paths",
        ifItFails = "say in the limits what can be hashed for each kind of packet")
    void wrongFields(Bench bench) {
        bench.up(1);
        RssLimits limits = bench.info().rss().orElseThrow();
        for (FlowType type : FlowType.values()) {
            Set<HashField> able = limits.fields().getOrDefault(type, Set.of());
            for (HashField field : HashField.values()) {
                if (!able.contains(field)) {
                    refused(bench, bench.device().rss().withFields(type, Set.of(field)), field + " of " + type.label()
                        + " packets");
                }
            }
        }
        for (HashFunction function : HashFunction.values()) {
            if (!limits.functions().contains(function)) {
                refused(bench, bench.device().rss().withFunction(function), "hash function " + function);
            }
        }
    }

    @ConformanceCase(id = "RS-024",
        value = "What is read back is what was set, and changing the arrays that were given or read changes nothing.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "selftests rss_api.py: indir and key get; DPDK ena D195e0f2497: state kept wrongly on the error path",
        ifItFails = "copy arrays on the way in and out")
    void readBack(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int[] table = new int[bench.device().rss().table().length];
        for (int i = 0; i < table.length; i++) {
            table[i] = bench.random().nextInt(queues);
        }
        RssConfig wanted = bench.device().rss().withTable(table);
        int[] kept = table.clone();
        bench.device().setRss(wanted);
        Arrays.fill(table, 0);
        Arrays.fill(bench.device().rss().table(), 0);
        Check.that(Arrays.equals(kept, bench.device().rss().table()),
            "the table read back is not the one that was set");
        for (int i = 0; i < 24; i++) {
            RssCases.follows(bench, RssCases.flow(bench, i), queues, "flow " + i + " after a random table was set");
        }
    }

    @ConformanceCase(id = "RS-025", rxQueues = 2,
        value = "With fewer queues no flow goes to one that is gone; a table that still fits is kept.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "selftests rss_drv.py, rss_ctx.py: a new number of queues must not clobber the user's table; ENA "
            + "fix L2.2.0",
        ifItFails = "program the table anew with each configuration")
    void fewerQueues(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int[] table = new int[bench.device().rss().table().length];
        Arrays.fill(table, 1);
        bench.device().setRss(bench.device().rss().withTable(table));
        bench.device().stop();
        bench.up(2);
        Check.that(Arrays.equals(table, bench.device().rss().table()),
            "a table that fits the new number of queues was not kept");
        RssCases.follows(bench, RssCases.flow(bench, 0), 2, "a flow after the number of queues went to 2");
        bench.device().stop();
        bench.up(1);
        for (int i = 0; i < 16; i++) {
            RssCases.follows(bench, RssCases.flow(bench, i), 1, "a flow after the number of queues went to 1");
        }
    }

    @ConformanceCase(id = "RS-026", rxQueues = 2,
        value = "While the table changes under traffic no packet is lost, and each flow is received once.",
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "selftests rss_ctx.py: hitless update, zero drops; DPDK ixgbevf: RETA change",
        ifItFails = "a new table must not reset the device, stop its queues or go through an empty state")
    void hitless(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int received = 0;
        for (int round = 0; round < 20; round++) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                frames.add(RssCases.flow(bench, i));
            }
            bench.far().send(frames.subList(0, 8));
            int[] table = new int[bench.device().rss().table().length];
            Arrays.fill(table, round % queues);
            bench.device().setRss(bench.device().rss().withTable(table));
            bench.far().send(frames.subList(8, 16));
            received += takeAll(bench, queues, frames.size());
        }
        Check.equal(20 * 16, received, "packets received while the table changed");
    }

    private static int takeAll(Bench bench, int queues, int count) {
        int[] got = new int[1];
        bench.await(() -> count + " packets on " + queues + " receive queues; " + got[0] + " came", () -> {
            for (int q = 0; q < queues; q++) {
                got[0] += bench.rx(q).poll().size();
            }
            return got[0] >= count;
        });
        return got[0];
    }

    @ConformanceCase(id = "RS-027", rxQueues = 2,
        value = "Many flows spread over all queues, with none short of half its share.",
        needs = Capability.RSS_HASH,
        source = "[DTS pmdrss_hash]: spread; bug reports: all traffic on one queue",
        ifItFails = "look at a table that is filled in part, or a hash of which the wrong bits are used")
    void spread(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int[] count = new int[queues];
        int flows = 128 * queues;
        for (int i = 0; i < flows; i++) {
            count[RssCases.anywhere(bench, RssCases.flow(bench, i), queues).queue()]++;
        }
        for (int q = 0; q < queues; q++) {
            Check.that(count[q] >= flows / queues / 2, "receive queue " + q + " of " + queues + " got " + count[q]
                + " of " + flows
                + " flows; all queues: " + Arrays.toString(count));
        }
    }

    @ConformanceCase(id = "RS-028", rxQueues = 2,
        value = "The packets of a flow stay in order, whatever other flows come between.",
        needs = Capability.RSS_HASH,
        source = "contract RxQueue.receive(): oldest first; Microsoft RSS: in-order delivery per connection",
        ifItFails = "a flow has one queue, and a queue is in order")
    void orderWithinFlow(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int flows = 6;
        int[] next = new int[flows];
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 48; i++) {
                bench.far().send(bench.toDevice().udp(1000 + i % flows, 53)
                    .payload(new byte[] {(byte) (round * 8 + i / flows)}).build());
            }
            int[] got = new int[1];
            bench.await("all packets", () -> {
                for (int q = 0; q < queues; q++) {
                    for (Received packet : bench.rx(q).poll()) {
                        int flow = packet.frame().word(34) - 1000;
                        Check.equal(next[flow]++, packet.bytes()[42], "number of the next packet of flow " + flow
                            + " on receive queue " + q);
                        got[0]++;
                    }
                }
                return got[0] == 48;
            });
        }
    }

    @ConformanceCase(id = "RS-029",
        value = "While hashing is switched off, packets are received but carry no hash.",
        needs = Capability.RSS_HASH,
        source = "Linux ethtool -K receive-hashing off; contract NetBuf.RX_HASH",
        ifItFails = "set the flag of a packet only if its hash is valid")
    void off(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        bench.device().setOffload(Capability.RSS_HASH, false);
        for (int i = 0; i < 8; i++) {
            Check.that(!RssCases.anywhere(bench, RssCases.flow(bench, i), queues).has(NetBuf.RX_HASH),
                "a packet carries a hash while RSS_HASH is off");
        }
        bench.device().setOffload(Capability.RSS_HASH, true);
        Map<FlowType, Set<HashField>> fields = bench.device().rss().fields();
        Check.require(fields.containsKey(FlowType.IPV4_TCP), "needs a device that hashes TCP");
        Check.that(RssCases.anywhere(bench, RssCases.flow(bench, 0), queues).has(NetBuf.RX_HASH),
            "a packet carries no hash after RSS_HASH was switched on");
    }
}
