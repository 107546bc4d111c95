package org.netdev4j.api;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.platform.Platform;
import org.netdev4j.spi.DeviceSettings;

/** What a device's limits allow, for every setting: the same rules and the same messages for all drivers. */
final class SettingsRules {
    /** Ethernet header and two VLAN tags, which a receive buffer must hold beside the MTU. */
    static final int MAX_L2 = 14 + 8;

    /** The last VLAN id that is one; 4095 is reserved [IEEE 802.1Q, table 9-2]. */
    private static final int MAX_VLAN = 4094;
    private static final int STANDARD_TABLE = 128;

    private final String device;
    private final DeviceInfo info;

    SettingsRules(String device, DeviceInfo info) {
        this.device = device;
        this.info = info;
    }

    DeviceInfo info() {
        return info;
    }

    InvalidConfigurationException invalid(String message) {
        return new InvalidConfigurationException(device, message);
    }

    void require(Capability capability, String operation) {
        if (!info.has(capability)) {
            throw new UnsupportedCapabilityException(device, info.driver(), operation, capability);
        }
    }

    void queues(int rx, int tx) {
        if (rx < 1 || rx > info.maxRxQueues()) {
            throw invalid("receive queues are 1 to " + info.maxRxQueues() + ": " + rx + " asked for");
        }
        if (tx < 1 || tx > info.maxTxQueues()) {
            throw invalid("transmit queues are 1 to " + info.maxTxQueues() + ": " + tx + " asked for");
        }
    }

    int ringSize(String which, int asked, RingLimits limits) {
        int size = asked == 0 ? limits.standard() : asked;
        if (!limits.allows(size)) {
            throw invalid(which + " ring sizes are " + limits + ": " + size + " asked for");
        }
        return size;
    }

    void mtu(int mtu) {
        require(Capability.MTU_UPDATE, "setMtu()");
        if (mtu < info.minMtu() || mtu > info.maxMtu()) {
            throw invalid("MTUs are " + info.minMtu() + " to " + info.maxMtu() + ": " + mtu + " asked for");
        }
    }

    /** Whether a queue can have a pool, whatever the MTU. */
    void pool(int queue, NetBufPool pool, Platform platform) {
        open(queue, pool);
        if (!pool.isOn(platform)) {
            throw invalid("receive queue " + queue + ": pool " + pool.name()
                + " is of another platform, whose memory the device cannot reach; build it on the device's platform()");
        }
        if (pool.dataRoom() < info.minRxBuffer()) {
            throw invalid("receive queue " + queue + ": pool " + pool.name() + " has buffers of " + pool.dataRoom()
                + " bytes data room; the device needs " + info.minRxBuffer());
        }
    }

    private void open(int queue, NetBufPool pool) {
        if (!pool.isOpen()) {
            throw invalid("receive queue " + queue + ": pool " + pool.name() + " is closed");
        }
    }

    /** Whether a queue's pool is good for an MTU. */
    void buffers(int queue, NetBufPool pool, int mtu, boolean scatter) {
        open(queue, pool);
        int room = pool.dataRoom();
        if (!scatter && room < mtu + MAX_L2) {
            throw invalid("receive queue " + queue + ": pool " + pool.name() + " has buffers of " + room
                + " bytes data room, but MTU " + mtu + " needs " + (mtu + MAX_L2)
                + " while " + Capability.RX_SCATTER + " is off; use larger buffers"
                + (info.has(Capability.RX_SCATTER) ? " or switch it on" : ""));
        }
    }

    void mac(MacAddress mac) {
        require(Capability.MAC_SET, "setMacAddress()");
        station(mac);
    }

    private void station(MacAddress mac) {
        if (!mac.isStation()) {
            throw invalid("the address of a device is not a group address and not zero: " + mac);
        }
    }

    void promiscuous() {
        require(Capability.PROMISCUOUS, "setPromiscuous()");
    }

    void allMulticast() {
        require(Capability.ALL_MULTICAST, "setAllMulticast()");
    }

    /** Checks a multicast filter and returns it with each address once. */
    List<MacAddress> multicast(Collection<MacAddress> addresses) {
        require(Capability.MULTICAST_FILTER, "setMulticastFilter()");
        List<MacAddress> once = addresses.stream().distinct().toList();
        if (once.size() > info.maxMulticast()) {
            throw invalid("the multicast filter has " + info.maxMulticast() + " entries: " + once.size() + " asked for"
                + (info.has(Capability.ALL_MULTICAST) ? "; use all-multicast" : ""));
        }
        once.stream().filter(a -> !a.isMulticast()).findFirst().ifPresent(a -> {
            throw invalid("the multicast filter takes group addresses: " + a);
        });
        return once;
    }

    /** Checks a unicast filter and returns it with each address once. */
    List<MacAddress> unicast(Collection<MacAddress> addresses) {
        require(Capability.UNICAST_FILTER, "setUnicastFilter()");
        List<MacAddress> once = addresses.stream().distinct().toList();
        if (once.size() > info.maxUnicast()) {
            throw invalid("the unicast filter has " + info.maxUnicast() + " entries: " + once.size() + " asked for"
                + (info.has(Capability.PROMISCUOUS) ? "; use promiscuous mode" : ""));
        }
        once.forEach(this::station);
        return once;
    }

    void vlans(Collection<Integer> vlans) {
        require(Capability.VLAN_FILTER, "setVlanFilter()");
        vlans.stream().filter(v -> v < 0 || v > MAX_VLAN).findFirst().ifPresent(v -> {
            throw invalid("VLAN ids are 0 to " + MAX_VLAN + ": " + v);
        });
    }

    /** The offloads of a configuration: those asked for, or the standard. */
    Set<Capability> offloads(Optional<Set<Capability>> asked) {
        if (asked.isPresent()) {
            asked.get().forEach(this::offload);
            return asked.get();
        }
        EnumSet<Capability> standard = EnumSet.noneOf(Capability.class);
        info.capabilities().stream().filter(Capability::isOffload).forEach(standard::add);
        standard.remove(Capability.RX_VLAN_STRIP);
        standard.remove(Capability.VLAN_FILTER);
        return standard;
    }

    void offload(Capability offload) {
        if (!offload.isOffload()) {
            throw invalid(offload + " is not an offload and cannot be switched");
        }
        require(offload, "offload " + offload.featureName());
    }

    /** RSS for a number of queues: what was set before as far as it holds, else the standard. */
    private Optional<RssConfig> rss(Optional<RssConfig> before, boolean keepTable, int rxQueues) {
        if (info.rss().isEmpty()) {
            return Optional.empty();
        }
        RssLimits limits = info.rss().get();
        if (before.isPresent()) {
            RssConfig rss = before.get();
            return Optional.of(keepTable && fits(rss, rxQueues) ? rss
                : rss.withTable(RssConfig.evenTable(rss.table().length, rxQueues)));
        }
        // A fixed, published default, so that a hash can be worked out by hand and the same flows land on the same queues in
        // every run.
        byte[] published = Toeplitz.microsoftKey();
        byte[] key = new byte[limits.keySize()];
        for (int i = 0; i < key.length; i++) {
            key[i] = published[i % published.length];
        }
        int size = Math.max(limits.minTableSize(), Math.min(limits.maxTableSize(), STANDARD_TABLE));
        HashFunction function = limits.functions().contains(HashFunction.TOEPLITZ) ? HashFunction.TOEPLITZ
            : limits.functions().iterator().next();
        return Optional.of(new RssConfig(function, key, RssConfig.evenTable(size, rxQueues), limits.fields()));
    }

    private static boolean fits(RssConfig rss, int rxQueues) {
        return Arrays.stream(rss.table()).allMatch(queue -> queue < rxQueues);
    }

    void rss(RssConfig current, RssConfig wanted, int rxQueues) {
        RssLimits limits = info.rss().orElseThrow();
        if (!limits.functions().contains(wanted.function())) {
            throw invalid("RSS hash functions are " + limits.functions() + ": " + wanted.function() + " asked for");
        }
        byte[] key = wanted.key();
        if (key.length != limits.keySize()) {
            throw invalid("the RSS key has " + limits.keySize() + " bytes: " + key.length + " given");
        }
        int[] table = wanted.table();
        if (Integer.bitCount(table.length) != 1 || table.length < limits.minTableSize()
            || table.length > limits.maxTableSize()) {
            throw invalid("the RSS table has "
                + (limits.minTableSize() == limits.maxTableSize() ? "" : limits.minTableSize() + " to ")
                + limits.maxTableSize() + " entries, a power of two: " + table.length + " given");
        }
        for (int i = 0; i < table.length; i++) {
            if (table[i] < 0 || table[i] >= rxQueues) {
                throw invalid("RSS table entry " + i + " names receive queue " + table[i] + "; there are " + rxQueues);
            }
        }
        fields(limits, wanted);
        changeable(current, wanted, key, table);
    }

    static boolean sameTable(DeviceSettings before, DeviceSettings after) {
        return Arrays.equals(before.rss().orElseThrow().table(), after.rss().orElseThrow().table());
    }

    private void changeable(RssConfig current, RssConfig wanted, byte[] key, int[] table) {
        if (!Arrays.equals(key, current.key()) || wanted.function() != current.function()) {
            require(Capability.RSS_KEY_UPDATE, "setRss() with another key or function");
        }
        if (!Arrays.equals(table, current.table())) {
            require(Capability.RSS_TABLE_UPDATE, "setRss() with another table");
        }
        if (!wanted.fields().equals(current.fields())) {
            require(Capability.RSS_FIELDS_UPDATE, "setRss() with other hash fields");
        }
    }

    private void fields(RssLimits limits, RssConfig wanted) {
        for (Map.Entry<FlowType, Set<HashField>> entry : wanted.fields().entrySet()) {
            Set<HashField> able = limits.fields().getOrDefault(entry.getKey(), Set.of());
            if (!able.containsAll(entry.getValue())) {
                Set<HashField> beyond = new HashSet<>(entry.getValue());
                beyond.removeAll(able);
                throw invalid("RSS cannot hash " + beyond + " of " + entry.getKey().label() + " packets; it can " + able);
            }
        }
    }

    void coalescing(Coalescing wanted) {
        require(Capability.COALESCING, "setCoalescing()");
        if (wanted.adaptive()) {
            require(Capability.ADAPTIVE_COALESCING, "setCoalescing() with adaptive moderation");
        }
    }

    /**
     * The settings of a new configuration.
     *
     * @param keepTable true if the RSS table was chosen, and not the standard for the number of queues
     */
    DeviceSettings configured(DeviceSettings before, boolean keepTable, DeviceConfig config) {
        queues(config.rxQueues(), config.txQueues());
        DeviceSettings.Editor editor =
            before.edit().queues(config.rxQueues(), config.txQueues()).offloads(offloads(config.offloads()));
        rss(before.rss(), keepTable, config.rxQueues()).ifPresent(editor::rss);
        return editor.done();
    }
}
