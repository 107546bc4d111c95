package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.TxDescriptor;

/**
 * How a low-latency queue is laid out in device memory, as agreed with the device.
 *
 * <p>A packet begins an entry. That entry has {@code descsBeforeHeader} descriptors and then the pushed header; the
 * entries that follow have {@link #descsPerEntry()} descriptors and no header [AMZN ena_eth_com.c].
 *
 * @param entryBytes          bytes of an entry: 128, 192 or 256
 * @param descsBeforeHeader   descriptors in front of the header: 1, 2, 4 or 8
 * @param multipleDescs       true if entries after the first of a packet hold as many descriptors as fit, false if one
 * @param metaCachingDisabled true if each packet must bring its meta descriptor
 * @param maxBurstEntries     most entries between two doorbells; 0 for no limit
 */
record LlqPlan(int entryBytes, int descsBeforeHeader, boolean multipleDescs, boolean metaCachingDisabled,
               int maxBurstEntries) {
    LlqPlan {
        if (entryBytes <= 0 || entryBytes % Long.BYTES != 0 || descsBeforeHeader < 1
            || entryBytes <= descsBeforeHeader * TxDescriptor.BYTES || maxBurstEntries < 0) {
            throw new IllegalArgumentException("a low-latency queue cannot have entries of " + entryBytes + " bytes with "
                + descsBeforeHeader + " descriptors before the header and bursts of " + maxBurstEntries);
        }
    }

    /** Descriptors in an entry that is not a packet's first. */
    int descsPerEntry() {
        return multipleDescs ? entryBytes / TxDescriptor.BYTES : 1;
    }

    /** Where the header lies in a packet's first entry. */
    int headerOffset() {
        return descsBeforeHeader * TxDescriptor.BYTES;
    }

    /** Most bytes of header: what is left of the entry, and no more than the descriptor's field can say. */
    int maxHeader() {
        return Math.min(entryBytes - headerOffset(), TxDescriptor.MAX_HEADER_LENGTH);
    }

    /** Descriptors of the largest packet that can be written between two doorbells. */
    int maxDescriptors() {
        return maxBurstEntries == 0 ? Integer.MAX_VALUE : descsBeforeHeader + (maxBurstEntries - 1) * descsPerEntry();
    }

    /** Entries that a packet of so many descriptors takes, at least one. */
    int entries(int descriptors) {
        int rest = descriptors - descsBeforeHeader;
        int perEntry = descsPerEntry();
        return rest <= 0 ? 1 : 1 + (rest + perEntry - 1) / perEntry;
    }
}
