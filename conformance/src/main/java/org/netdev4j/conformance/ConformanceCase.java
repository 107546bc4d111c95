package org.netdev4j.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.netdev4j.api.Capability;

/**
 * Makes a method a case of the suite. The method has one parameter, the {@link Bench}, which is fresh for each case.
 *
 * <p>A case whose needs the device or the rig does not meet is skipped, and the report names what was missing. After
 * the method returns the bench is closed, and the case fails if the device left buffers, DMA memory or threads behind.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(CaseExtension.class)
public @interface ConformanceCase {
    /**
     * Unique: the letters of a {@link Group}, a dash and three digits. Never given to another case, also if this one is
     * removed.
     */
    String id();

    /** One plain sentence: what must hold. */
    String value();

    /** Capabilities that the device must have. */
    Capability[] needs() default {};

    /** Faults that the rig must be able to inject. */
    FaultKind[] faults() default {};

    /** Names of faults of a device model that the rig must be able to inject; see {@link ConformanceRig#namedFaults}. */
    String[] namedFaults() default {};

    /** Name of the only driver that the case is about; empty for all. */
    String driver() default "";

    /** True if the case needs a rig that counts register accesses, to let things happen at each of them. */
    boolean steps() default false;

    /** Fewest receive queues that the device must have. */
    int rxQueues() default 1;

    /** Fewest transmit queues that the device must have. */
    int txQueues() default 1;

    /** True if the case runs threads of its own against the device, which a device on virtual time does not allow. */
    boolean realTime() default false;

    /** Where the rule comes from: the contract, a clause, or the bug that some driver really had. */
    String source();

    /** Where to look when a driver fails the case. */
    String ifItFails();
}
