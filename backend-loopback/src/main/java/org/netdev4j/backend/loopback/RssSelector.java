package org.netdev4j.backend.loopback;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RssLimits;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.platform.memory.Memory;

/**
 * The hash of a frame, and the queue that it chooses. Immutable; the scratch memory is the caller's.
 *
 * <p>What is hashed is the chosen fields one after another: source before destination, layer 3 before layer 4, at layer 2
 * destination before source, as they stand in the frame. With both addresses, or both addresses and both ports, that is what
 * Microsoft defines [MS-RSS]. A fragment has no ports, also the first one; neither has a packet whose headers are damaged.
 */
final class RssSelector {
    /** Bytes of scratch memory that {@link #hash} needs. */
    static final int SCRATCH_BYTES = 64;

    private static final int KEY_BYTES = 40;
    private static final int MOST_ENTRIES = 512;
    // Toeplitz.Table reads an IPv6 header's addresses, 8 bytes into it, and ports elsewhere: these two make one input of
    // 36 bytes.
    private static final long INPUT_AT = Ipv6.SOURCE_OFFSET;
    private static final long INPUT_END = INPUT_AT + 2 * Ipv6.ADDRESS_LENGTH;

    private static final int ADDRESSES = mask(HashField.L3_SOURCE) | mask(HashField.L3_DESTINATION);
    private static final int PORTS = mask(HashField.L4_SOURCE) | mask(HashField.L4_DESTINATION);
    private static final FlowType[] FLOWS = FlowType.values();

    private final Toeplitz.Table toeplitz;
    private final boolean crc;
    private final int[] table;
    // Fields of each flow type, by ordinal.
    private final int[] fields = new int[FLOWS.length];

    RssSelector(RssConfig config) {
        toeplitz = Toeplitz.Table.of(config.key());
        crc = config.function() == HashFunction.CRC32;
        table = config.table();
        config.fields().forEach((flow, set) -> set.forEach(field -> fields[flow.ordinal()] |= mask(field)));
    }

    /** What the device offers. */
    static RssLimits limits() {
        Set<HashField> l2 = EnumSet.of(HashField.L2_SOURCE, HashField.L2_DESTINATION);
        Set<HashField> l3 = EnumSet.of(HashField.L3_SOURCE, HashField.L3_DESTINATION);
        Set<HashField> l4 = EnumSet.complementOf(EnumSet.copyOf(l2));
        Map<FlowType, Set<HashField>> fields = new EnumMap<>(FlowType.class);
        for (FlowType flow : FLOWS) {
            fields.put(flow, switch (flow) {
                case IPV4_TCP, IPV4_UDP, IPV6_TCP, IPV6_UDP -> l4;
                case IPV4, IPV4_FRAGMENT, IPV6 -> l3;
                case OTHER -> l2;
            });
        }
        return new RssLimits(KEY_BYTES, 1, MOST_ENTRIES, EnumSet.allOf(HashFunction.class), fields);
    }

    private static int mask(HashField field) {
        return 1 << field.ordinal();
    }

    /** Which fields of this frame are hashed; 0 for none: its hash is 0. For {@link #hash}. */
    int fieldsOf(ParsedPacket p) {
        return fields[flow(p).ordinal()];
    }

    private static FlowType flow(ParsedPacket p) {
        boolean ports = p.hasPorts() && !p.isFragment();
        boolean tcp = p.l4Protocol() == IpProtocol.TCP;
        return switch (p.ipVersion()) {
            case 4 -> p.isFragment() ? FlowType.IPV4_FRAGMENT
                : !ports ? FlowType.IPV4 : tcp ? FlowType.IPV4_TCP : FlowType.IPV4_UDP;
            case 6 -> !ports ? FlowType.IPV6 : tcp ? FlowType.IPV6_TCP : FlowType.IPV6_UDP;
            default -> FlowType.OTHER;
        };
    }

    /**
     * The hash.
     *
     * @param at      first byte of the frame
     * @param wanted  what {@link #fieldsOf} said, not 0
     * @param scratch {@link #SCRATCH_BYTES} to work in
     */
    int hash(Memory m, long at, ParsedPacket p, int wanted, Memory scratch) {
        if (!crc && p.ipVersion() != 0 && (wanted == ADDRESSES || wanted == (ADDRESSES | PORTS))) {
            return standardHash(m, at, p, wanted);
        }
        int length = gather(m, at, p, wanted, scratch);
        if (crc) {
            return Crc32.of(scratch, INPUT_AT, length);
        }
        // Zeros behind the input do not change the hash.
        scratch.fill(INPUT_AT + length, SCRATCH_BYTES - INPUT_AT - length, (byte) 0);
        return toeplitz.ipv6(scratch, 0, INPUT_END);
    }

    private int standardHash(Memory m, long at, ParsedPacket p, int wanted) {
        long ip = at + p.l3Offset();
        if (wanted == ADDRESSES) {
            return p.ipVersion() == 4 ? toeplitz.ipv4(m, ip) : toeplitz.ipv6(m, ip);
        }
        long l4 = at + p.l4Offset();
        return p.ipVersion() == 4 ? toeplitz.ipv4(m, ip, l4) : toeplitz.ipv6(m, ip, l4);
    }

    /** Puts the wanted fields one after another; returns their bytes. */
    private static int gather(Memory m, long at, ParsedPacket p, int wanted, Memory scratch) {
        boolean v4 = p.ipVersion() == 4;
        int width = v4 ? Integer.BYTES : Ipv6.ADDRESS_LENGTH;
        long addresses = at + p.l3Offset() + (v4 ? Ipv4.SOURCE_OFFSET : Ipv6.SOURCE_OFFSET);
        long ports = at + p.l4Offset();
        int done = 0;
        done += put(m, at, Ethernet.ADDRESS_LENGTH, wanted & mask(HashField.L2_DESTINATION), scratch, done);
        long source = at + Ethernet.SOURCE_OFFSET;
        done += put(m, source, Ethernet.ADDRESS_LENGTH, wanted & mask(HashField.L2_SOURCE), scratch, done);
        done += put(m, addresses, width, wanted & mask(HashField.L3_SOURCE), scratch, done);
        done += put(m, addresses + width, width, wanted & mask(HashField.L3_DESTINATION), scratch, done);
        done += put(m, ports, Short.BYTES, wanted & mask(HashField.L4_SOURCE), scratch, done);
        done += put(m, ports + Short.BYTES, Short.BYTES, wanted & mask(HashField.L4_DESTINATION), scratch, done);
        return done;
    }

    private static int put(Memory from, long at, int bytes, int wanted, Memory scratch, int done) {
        if (wanted == 0) {
            return 0;
        }
        from.copyTo(at, scratch, INPUT_AT + done, bytes);
        return bytes;
    }

    /** The receive queue that a hash chooses. */
    int queue(int hash) {
        return table[hash & table.length - 1];
    }
}
