package org.netdev4j.models.device;

/**
 * What goes wrong on purpose. A model asks at the place where a fault of its own can happen. Any thread. Allocates
 * nothing, and costs next to nothing as long as no fault is planned.
 */
public interface FaultPlan {
    /**
     * True if a fault is to happen here and now. Every call is one occasion, which the plan counts.
     *
     * @param fault the model's name of it, as a constant and as the model's {@link FaultSpec} says
     * @param place which queue, command or the like, -1 if there is only one place
     */
    boolean happens(String fault, int place);

    /** The value that goes with the fault that happened last on this thread: a length, an id, a delay in nanoseconds. */
    long value();
}
