package org.netdev4j.models.device;

/** What goes wrong on purpose. A model asks at the place where a fault of its own can happen. Allocates nothing. */
public interface FaultPlan {
    /**
     * True if a fault is to happen here and now.
     *
     * @param fault the model's name of it, interned as the model lists it
     * @param place which queue, command or the like, -1 if there is only one place
     */
    boolean happens(String fault, int place);

    /** The value that goes with the fault that happened last: a length, an id, a delay in nanoseconds. */
    long value();
}
