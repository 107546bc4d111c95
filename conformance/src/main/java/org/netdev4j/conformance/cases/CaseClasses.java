package org.netdev4j.conformance.cases;

import java.util.List;

/** The classes that hold the suite's cases. */
public final class CaseClasses {
    /** All of them. */
    public static final List<Class<?>> ALL = List.of(LifeCycleCases.class, ResetCases.class, ConfigurationCases.class,
        MtuCases.class, TransmitCases.class, TransmitLimitCases.class, ReceiveCases.class, ScatterCases.class,
        TxChecksumCases.class, RxChecksumCases.class, TsoCases.class, VlanCases.class, RssCases.class,
        RssConfigCases.class, FilterCases.class, InterruptCases.class, CounterCases.class, EventCases.class,
        HostileFrameCases.class, HostileDeviceCases.class, HostileControlCases.class, HostileStepCases.class,
        HostileIdCases.class, DisturbedLifeCases.class, InlineHeaderCases.class, EnaModelCases.class, EnaHostileCases.class,
        ConcurrencyCases.class,
        RandomCases.class, AllocationCases.class);

    private CaseClasses() {
    }
}
