package org.netdev4j.backend.ena;

import java.util.Map;
import java.util.Optional;

/**
 * What an ENA has beyond a network device in general: {@code dev.extension(EnaExtension.class)}.
 *
 * <p>Thread-safe. Not from a listener of events. While the device is FAILED or being reset everything that asks it is
 * refused, and the clock tells no time.
 */
public interface EnaExtension {
    /** True if the device has a hardware clock. */
    boolean hasClock();

    /**
     * Reads the hardware clock; waits some microseconds.
     *
     * @return empty if the device has none, or did not tell the time now: it limits how often it may be asked, and is
     *     asked no more
     *     for about a millisecond after it failed to answer
     */
    Optional<EnaTime> readClock();

    /** Flow rules that the device can hold; 0 if it has no flow steering. */
    int maxFlowRules();

    /** Flow rules in force, by their location. They survive stop, start, reset and configuration. */
    Map<Integer, EnaFlowRule> flowRules();

    /**
     * Adds a rule.
     *
     * @return its location
     * @throws org.netdev4j.api.InvalidConfigurationException if there is no such queue, or no room
     * @throws org.netdev4j.api.DeviceFaultException          if the device refuses
     */
    int addFlowRule(EnaFlowRule rule);

    /**
     * Removes a rule.
     *
     * @throws org.netdev4j.api.InvalidConfigurationException if there is none at that location
     * @throws org.netdev4j.api.DeviceFaultException          if the device refuses
     */
    void removeFlowRule(int location);
}
