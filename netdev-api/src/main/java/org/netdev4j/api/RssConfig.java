package org.netdev4j.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Receive-side scaling: function, key, indirection table and hashed fields. Immutable. */
public final class RssConfig {
    private final HashFunction function;
    private final byte[] key;
    private final int[] table;
    private final Map<FlowType, Set<HashField>> fields;

    /**
     * A configuration; arrays and maps are copied.
     *
     * @param function hash function
     * @param key      hash key; empty if the device has one of its own that cannot be known
     * @param table    receive queue of each entry; entry {@code hash & (length - 1)} is used
     * @param fields   what is hashed for each kind of packet; a kind that is missing or empty gets hash 0 and entry 0
     */
    public RssConfig(HashFunction function, byte[] key, int[] table, Map<FlowType, Set<HashField>> fields) {
        this.function = function;
        this.key = key.clone();
        this.table = table.clone();
        this.fields = copyFields(fields);
    }

    static Map<FlowType, Set<HashField>> copyFields(Map<FlowType, Set<HashField>> fields) {
        Map<FlowType, Set<HashField>> copy = new EnumMap<>(FlowType.class);
        fields.forEach((type, set) -> {
            if (!set.isEmpty()) {
                copy.put(type, Collections.unmodifiableSet(EnumSet.copyOf(set)));
            }
        });
        return Collections.unmodifiableMap(copy);
    }

    /** Hash function. */
    public HashFunction function() {
        return function;
    }

    /** The key, as a copy. */
    public byte[] key() {
        return key.clone();
    }

    /** The indirection table, as a copy. */
    public int[] table() {
        return table.clone();
    }

    /** Fields hashed for each kind of packet. Unmodifiable. */
    public Map<FlowType, Set<HashField>> fields() {
        return fields;
    }

    /** The same with another function. */
    public RssConfig withFunction(HashFunction other) {
        return new RssConfig(other, key, table, fields);
    }

    /** The same with another key. */
    public RssConfig withKey(byte[] other) {
        return new RssConfig(function, other, table, fields);
    }

    /** The same with another table. */
    public RssConfig withTable(int... other) {
        return new RssConfig(function, key, other, fields);
    }

    /** The same with other fields for one kind of packet. */
    public RssConfig withFields(FlowType type, Set<HashField> other) {
        Map<FlowType, Set<HashField>> changed = new EnumMap<>(FlowType.class);
        changed.putAll(fields);
        changed.put(type, other);
        return new RssConfig(function, key, table, changed);
    }

    /** A table that spreads evenly over the first {@code queues} receive queues. */
    public static int[] evenTable(int size, int queues) {
        int[] table = new int[size];
        for (int i = 0; i < size; i++) {
            table[i] = i % queues;
        }
        return table;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RssConfig that && function == that.function && Arrays.equals(key, that.key)
            && Arrays.equals(table, that.table) && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(table) * 31 + Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return function + " key " + HexFormat.ofDelimiter(":").formatHex(key) + " table " + Arrays.toString(table)
            + " fields " + fields;
    }
}
