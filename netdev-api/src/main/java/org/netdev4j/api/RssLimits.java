package org.netdev4j.api;

import java.util.Map;
import java.util.Set;

/**
 * What a device's receive-side scaling can be set to.
 *
 * @param keySize      bytes of the hash key; 0 if the device hashes with one of its own, which nobody can read or change
 * @param minTableSize fewest entries of the indirection table, a power of two
 * @param maxTableSize most entries, a power of two
 * @param functions    hash functions
 * @param fields       which fields can be hashed for each kind of packet; a kind that is missing is never hashed
 */
public record RssLimits(int keySize, int minTableSize, int maxTableSize, Set<HashFunction> functions,
                        Map<FlowType, Set<HashField>> fields) {
    public RssLimits {
        if (keySize < 0 || minTableSize < 1 || maxTableSize < minTableSize || Integer.bitCount(minTableSize) != 1
            || Integer.bitCount(maxTableSize) != 1 || functions.isEmpty()) {
            throw new IllegalArgumentException("RSS has a table of a power of two of entries, and a function: "
                + "keySize=" + keySize + " minTableSize=" + minTableSize + " maxTableSize=" + maxTableSize
                + " functions=" + functions);
        }
        functions = Set.copyOf(functions);
        fields = RssConfig.copyFields(fields);
    }
}
