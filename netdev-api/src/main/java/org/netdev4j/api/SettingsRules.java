package org.netdev4j.api;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.net.MacAddress;
import org.netdev4j.spi.DeviceSettings;

/** What a device's limits allow, for every setting: the same rules and the same messages for all drivers. */
final class SettingsRules {
    /** Ethernet header and two VLAN tags, which a receive buffer must hold beside the MTU. */
    static final int MAX_L2 = 14 + 8;

    private static final int STANDARD_TABLE = 128;
    // The key of Microsoft's RSS verification suite: a fixed, published default, so that a hash can be worked out by hand and the
    // same flows land on the same queues in every run. [MS-RSS "Verifying the RSS Hash Calculation"]
    private static final byte[] STANDARD_KEY = {
        0x6d, 0x5a, 0x56, (byte) 0xda, 0x25, 0x5b, 0x0e, (byte) 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, (byte) 0xa3, (byte) 0x8f,
        (byte) 0xb0, (byte) 0xd0, (byte) 0xca, 0x2b, (byte) 0xcb, (byte) 0xae, 0x7b, 0x30, (byte) 0xb4, 0x77, (byte) 0xcb,
        0x2d, (byte) 0xa3, (byte) 0x80, 0x30, (byte) 0xf2, 0x0c, 0x6a, 0x42, (byte) 0xb7, 0x3b, (byte) 0xbe, (byte) 0xac, 0x01,
        (byte) 0xfa};

    private final String device;
    private final DeviceInfo info;

    SettingsRules(String device, DeviceInfo info) {
        this.device = device;
        this.info = info;
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
        if (mtu < info.minMtu() || mtu > info.maxMtu()) {
            throw invalid("MTUs are " + info.minMtu() + " to " + info.maxMtu() + ": " + mtu + " asked for");
        }
    }

    void buffers(int queue, NetBufPool pool, int mtu, boolean scatter) {
        int room = pool.dataRoom();
        if (room < info.minRxBuffer()) {
            throw invalid("receive queue " + queue + ": pool " + pool.name() + " has buffers of " + room
                + " bytes data room; the device needs " + info.minRxBuffer());
        }
        if (!scatter && room < mtu + MAX_L2) {
            throw invalid("receive queue " + queue + ": pool " + pool.name() + " has buffers of " + room + " bytes data room, but MTU "
                + mtu + " needs " + (mtu + MAX_L2) + " while " + Capability.RX_SCATTER + " is off; use larger buffers"
                + (info.has(Capability.RX_SCATTER) ? " or switch it on" : ""));
        }
    }

    void mac(MacAddress mac) {
        if (!mac.isStation()) {
            throw invalid("the address of a device is not a group address and not zero: " + mac);
        }
    }

    void multicast(Collection<MacAddress> addresses) {
        if (addresses.size() > info.maxMulticast()) {
            throw invalid("the multicast filter has " + info.maxMulticast() + " entries: " + addresses.size() + " asked for; use all-multicast");
        }
        addresses.stream().filter(a -> !a.isMulticast()).findFirst().ifPresent(a -> {
            throw invalid("the multicast filter takes group addresses: " + a);
        });
    }

    void unicast(Collection<MacAddress> addresses) {
        if (addresses.size() > info.maxUnicast()) {
            throw invalid("the unicast filter has " + info.maxUnicast() + " entries: " + addresses.size() + " asked for; use promiscuous mode");
        }
        addresses.forEach(this::mac);
    }

    void vlans(Collection<Integer> vlans) {
        vlans.stream().filter(v -> v < 0 || v > 4094).findFirst().ifPresent(v -> {
            throw invalid("VLAN ids are 0 to 4094: " + v);
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

    /** RSS for a new number of queues: what was set before as far as it holds, else the standard. */
    Optional<RssConfig> rss(Optional<RssConfig> before, int rxQueues) {
        if (info.rss().isEmpty()) {
            return Optional.empty();
        }
        RssLimits limits = info.rss().get();
        if (before.isPresent()) {
            for (int queue : before.get().table()) {
                if (queue >= rxQueues) {
                    return Optional.of(before.get().withTable(RssConfig.evenTable(before.get().table().length, rxQueues)));
                }
            }
            return before;
        }
        byte[] key = new byte[limits.keySize()];
        for (int i = 0; i < key.length; i++) {
            key[i] = STANDARD_KEY[i % STANDARD_KEY.length];
        }
        int size = Math.max(limits.minTableSize(), Math.min(limits.maxTableSize(), STANDARD_TABLE));
        HashFunction function =
            limits.functions().contains(HashFunction.TOEPLITZ) ? HashFunction.TOEPLITZ : limits.functions().iterator().next();
        return Optional.of(new RssConfig(function, key, RssConfig.evenTable(size, rxQueues), limits.fields()));
    }

    void rss(RssConfig current, RssConfig wanted, int rxQueues) {
        require(Capability.RSS_HASH, "setRss()");
        RssLimits limits = info.rss().orElseThrow();
        if (!limits.functions().contains(wanted.function())) {
            throw invalid("RSS hash functions are " + limits.functions() + ": " + wanted.function() + " asked for");
        }
        byte[] key = wanted.key();
        if (key.length != limits.keySize()) {
            throw invalid("the RSS key has " + limits.keySize() + " bytes: " + key.length + " given");
        }
        int[] table = wanted.table();
        if (Integer.bitCount(table.length) != 1 || table.length < limits.minTableSize() || table.length > limits.maxTableSize()) {
            throw invalid("the RSS table has " + (limits.minTableSize() == limits.maxTableSize() ? "" : limits.minTableSize() + " to ")
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

    private void changeable(RssConfig current, RssConfig wanted, byte[] key, int[] table) {
        if (!java.util.Arrays.equals(key, current.key()) || wanted.function() != current.function()) {
            require(Capability.RSS_KEY_UPDATE, "setRss() with another key or function");
        }
        if (!java.util.Arrays.equals(table, current.table())) {
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

    /** The settings of a new configuration. */
    DeviceSettings configured(DeviceSettings before, DeviceConfig config) {
        queues(config.rxQueues(), config.txQueues());
        DeviceSettings.Editor editor =
            before.edit().queues(config.rxQueues(), config.txQueues()).offloads(offloads(config.offloads()));
        rss(before.rss(), config.rxQueues()).ifPresent(editor::rss);
        return editor.done();
    }
}
