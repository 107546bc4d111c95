package org.netdev4j.api.decorate;

/**
 * How packets of one direction are to be spoilt: the probability of each fault. A packet suffers one fault at most.
 *
 * @param drop      the packet is gone
 * @param duplicate it comes twice, if its pool has a buffer for the second
 * @param corrupt   one bit of it is the other way round
 * @param reorder   it comes after the packet that follows it
 */
public record PacketFaults(double drop, double duplicate, double corrupt, double reorder) {
    /** No faults. */
    public static final PacketFaults NONE = new PacketFaults(0, 0, 0, 0);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not a probability, or all together are more than 1
     */
    public PacketFaults {
        boolean each = drop >= 0 && duplicate >= 0 && corrupt >= 0 && reorder >= 0;
        if (!each || !(drop + duplicate + corrupt + reorder <= 1)) {
            throw new IllegalArgumentException("probabilities are from 0 to 1, and together not more than 1: drop="
                + drop + " duplicate="
                + duplicate + " corrupt=" + corrupt + " reorder=" + reorder);
        }
    }

    /** The same with another probability of loss. */
    public PacketFaults withDrop(double probability) {
        return new PacketFaults(probability, duplicate, corrupt, reorder);
    }

    /** The same with another probability of a second copy. */
    public PacketFaults withDuplicate(double probability) {
        return new PacketFaults(drop, probability, corrupt, reorder);
    }

    /** The same with another probability of a wrong bit. */
    public PacketFaults withCorrupt(double probability) {
        return new PacketFaults(drop, duplicate, probability, reorder);
    }

    /** The same with another probability of a changed order. */
    public PacketFaults withReorder(double probability) {
        return new PacketFaults(drop, duplicate, corrupt, probability);
    }
}
