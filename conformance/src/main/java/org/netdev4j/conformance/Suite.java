package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;

/** A suite made ready for a device: what can run on it, and the running of one case. Belongs to one thread. */
final class Suite implements AutoCloseable {
    /** Configuration parameter of JUnit that names the suite a case belongs to. */
    static final String PARAMETER = "netdev.conformance.suite";

    private static final Map<String, Suite> READY = new ConcurrentHashMap<>();
    // A case has several waits, each of which may use up its patience before the case's own time is over.
    private static final int PATIENCE_SHARE = 4;

    private final String key = UUID.randomUUID().toString();
    private final ConformanceOptions options;
    private final DeviceAddress address;
    private final ConformanceRig rig;
    private final Set<FaultKind> faults;
    private final Set<String> namedFaults;
    private final List<CaseInfo> selected;
    private final Launcher launcher;
    private DeviceInfo info;
    private boolean virtualTime;
    private long seed;

    private Suite(ConformanceOptions options) {
        this.options = options;
        address = DeviceAddress.parse(options.device());
        selected = Catalog.with(options.ownCases()).select(options.include(), options.exclude());
        rig = Rigs.choose(address, options.rig());
        faults = rig.faults(address);
        namedFaults = rig.namedFaults(address);
        launcher = LauncherFactory.create(LauncherConfig.builder().enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false).enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false).build());
    }

    /**
     * Finds the rig and asks the device what it is.
     *
     * @throws RuntimeException if it cannot be opened
     */
    static Suite prepare(ConformanceOptions options) {
        Suite suite = new Suite(options);
        try {
            suite.probe();
        } catch (RuntimeException | Error e) {
            suite.rig.close();
            throw e;
        }
        READY.put(suite.key, suite);
        return suite;
    }

    static Suite ofKey(String key) {
        Suite suite = READY.get(key);
        if (suite == null) {
            throw new IllegalStateException("conformance suite " + key + " is closed");
        }
        return suite;
    }

    private void probe() {
        CaseThread thread = new CaseThread("probe", () -> {
            try (Platform platform = rig.platform(address, Platform.builder()); RiggedDevice device =
                rig.open(address, options.driver(), platform)) {
                info = device.device().info();
                virtualTime = platform.isVirtual();
            }
        });
        if (!thread.run(options.timeout())) {
            throw new DeviceFaultException(address.name(), "it could not be opened and closed within "
                + options.timeout().toMillis()
                + " ms; the thread is at " + thread.abandon());
        }
        switch (thread.failure()) {
            case null -> { }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new DeviceFaultException(address.name(), "it could not be opened", thread.failure());
        }
    }

    ConformanceOptions options() {
        return options;
    }

    DeviceAddress address() {
        return address;
    }

    ConformanceRig rig() {
        return rig;
    }

    DeviceInfo info() {
        return info;
    }

    List<CaseInfo> selected() {
        return selected;
    }

    Set<FaultKind> faults() {
        return faults;
    }

    long seed() {
        return seed;
    }

    long patienceNanos() {
        return options.timeout().toNanos() / PATIENCE_SHARE;
    }

    /** Why a case cannot run on this device and rig, naming all that is missing. */
    Optional<String> missing(CaseInfo wanted) {
        List<String> missing = new ArrayList<>();
        for (Capability need : wanted.needs()) {
            if (!info.has(need)) {
                missing.add("needs capability " + need + " (\"" + need.label() + "\"), which " + info.driver()
                    + " lacks");
            }
        }
        for (FaultKind need : wanted.faults()) {
            if (!faults.contains(need)) {
                missing.add("needs fault " + need + " (" + need.label() + "), which rig " + rig.name()
                    + " cannot inject");
            }
        }
        for (String need : wanted.named()) {
            if (!namedFaults.contains(need)) {
                missing.add("needs fault \"" + need + "\" of a model, which rig " + rig.name() + " cannot inject");
            }
        }
        if (!wanted.driver().isEmpty() && !wanted.driver().equals(info.driver())) {
            missing.clear();
            missing.add("needs driver " + wanted.driver() + ", which the case is about; this is " + info.driver());
        }
        if (wanted.steps() && !rig.countsAccesses(address)) {
            missing.add("needs a rig that counts register accesses; rig " + rig.name() + " does not");
        }
        if (info.maxRxQueues() < wanted.rxQueues()) {
            missing.add("needs " + wanted.rxQueues() + " receive queues; " + info.driver() + " has "
                + info.maxRxQueues());
        }
        if (info.maxTxQueues() < wanted.txQueues()) {
            missing.add("needs " + wanted.txQueues() + " transmit queues; " + info.driver() + " has "
                + info.maxTxQueues());
        }
        if (wanted.realTime() && virtualTime) {
            missing.add("needs a device on real time; rig " + rig.name() + " runs it on virtual time");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
    }

    /** Runs one case. Whatever it does, this returns. */
    CaseResult execute(CaseInfo wanted, long withSeed) {
        seed = withSeed;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectMethod(wanted.method().getDeclaringClass(), wanted.method()))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .configurationParameter(PARAMETER, key)
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
            .enableImplicitConfigurationParameters(false)
            .build();
        Watcher watcher = new Watcher(wanted, withSeed);
        launcher.execute(request, watcher);
        return watcher.result();
    }

    @Override
    public void close() {
        READY.remove(key);
        rig.close();
    }

    /** Catches what JUnit says of the one case. */
    private static final class Watcher implements TestExecutionListener {
        private final CaseInfo info;
        private final long seed;
        private final long start = System.nanoTime();
        private CaseResult result;

        Watcher(CaseInfo info, long seed) {
            this.info = info;
            this.seed = seed;
        }

        @Override
        public void executionSkipped(TestIdentifier identifier, String reason) {
            if (identifier.isTest()) {
                result = new CaseResult(info, Outcome.SKIPPED, reason, "", elapsed(), seed);
            }
        }

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult execution) {
            Optional<Throwable> thrown = execution.getThrowable();
            switch (execution.getStatus()) {
                case SUCCESSFUL -> {
                    if (identifier.isTest()) {
                        result = new CaseResult(info, Outcome.PASSED, "", "", elapsed(), seed);
                    }
                }
                case ABORTED -> result = new CaseResult(info, Outcome.SKIPPED, thrown.map(Failures::reason).orElse(""),
                    "", elapsed(), seed);
                case FAILED -> result = new CaseResult(info, Outcome.FAILED, thrown.map(Failures::reason)
                    .orElse("no reason was given"),
                    thrown.map(Failures::trace).orElse(""), elapsed(), seed);
            }
        }

        private long elapsed() {
            return System.nanoTime() - start;
        }

        CaseResult result() {
            return result != null ? result
                : new CaseResult(info, Outcome.FAILED, "JUnit did not find the case's method: " + info.method(), "",
                    elapsed(), seed);
        }
    }
}
