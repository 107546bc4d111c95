package org.netdev4j.models.device;

import java.util.Map;

/**
 * A fault that a device can be told to have.
 *
 * @param name        as written, in lower case with hyphens: {@code completion-dropped}
 * @param description one line
 * @param place       what the number is that {@link FaultPlan#happens} is given: {@code queue}, {@code vector}; empty if
 *                    there is only one place
 * @param places      names that may be written instead of the number
 * @param value       what {@link FaultPlan#value()} is: {@code nanoseconds}, {@code id}; empty if there is none
 * @param standard    the value if none is written
 */
public record FaultSpec(String name, String description, String place, Map<String, Integer> places, String value,
                        long standard) {
    public FaultSpec {
        places = Map.copyOf(places);
    }

    /** A fault that has one place and no value. */
    public static FaultSpec of(String name, String description) {
        return new FaultSpec(name, description, "", Map.of(), "", 0);
    }

    /** The same with places, by number. */
    public FaultSpec at(String what) {
        return new FaultSpec(name, description, what, Map.of(), value, standard);
    }

    /** The same with places, by number or name. */
    public FaultSpec at(String what, Map<String, Integer> named) {
        return new FaultSpec(name, description, what, named, value, standard);
    }

    /** The same with a value. */
    public FaultSpec value(String what, long standardValue) {
        return new FaultSpec(name, description, place, places, what, standardValue);
    }
}
