package org.netdev4j.api;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceOps.Setting;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.DeviceSettings.Editor;

/**
 * The life cycle of a device: its state, its settings and its configuration; one control call at a time, each in the
 * states that allow it.
 */
final class DeviceLife {
    static final Set<DeviceState> UNCONFIGURED_OR_CONFIGURED = EnumSet.of(DeviceState.UNCONFIGURED, DeviceState.CONFIGURED);
    static final Set<DeviceState> CONFIGURED = EnumSet.of(DeviceState.CONFIGURED);
    static final Set<DeviceState> RUNNING = EnumSet.of(DeviceState.RUNNING);
    static final Set<DeviceState> CONFIGURED_OR_RUNNING = EnumSet.of(DeviceState.CONFIGURED, DeviceState.RUNNING);
    static final Set<DeviceState> WITH_QUEUES_OR_FAILED =
        EnumSet.of(DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
    static final Set<DeviceState> ANY_BUT_CLOSED = EnumSet.complementOf(EnumSet.of(DeviceState.CLOSED));

    private static final int STANDARD_MTU = 1500;

    private final DriverContext context;
    private final BusDevice bus;
    private final boolean ownsPlatform;
    private final DeviceOps ops;
    private final DriverCalls driver;
    private final SettingsRules rules;
    private final Mutex lock;
    private final CounterBoard counters = new CounterBoard();
    private final QueueBank queues;

    // What the control path has reached, and comes back to after a reset. FAILED is kept apart: any thread may declare
    // it at any time.
    private volatile DeviceState reached = DeviceState.UNCONFIGURED;
    private volatile boolean resetting;
    private volatile DeviceSettings settings;
    private volatile Optional<DeviceConfig> config = Optional.empty();
    // Whether the driver's start() succeeded and its stop() was not called since.
    private boolean started;
    // Whether the RSS table was chosen, and is not the standard for the number of queues.
    private boolean rssTableChosen;

    DeviceLife(DeviceOps ops, BusDevice bus, DriverContext context, boolean ownsPlatform) {
        this.context = context;
        this.bus = bus;
        this.ownsPlatform = ownsPlatform;
        this.lock = context.platform().newMutex(context.device());
        this.ops = ops;
        DeviceInfo info = ops.info();
        this.driver = new DriverCalls(context, info.driver());
        this.rules = new SettingsRules(context.device(), info);
        this.queues = new QueueBank(context, ops, driver, rules, counters, this::gate);
        int mtu = Math.max(info.minMtu(), Math.min(info.maxMtu(), STANDARD_MTU));
        this.settings = DeviceSettings.initial(info.permanentMac(), mtu);
        context.onFail(queues::alignGates);
        context.onRecover(this::tryToRecover);
    }

    DriverCalls driver() {
        return driver;
    }

    SettingsRules rules() {
        return rules;
    }

    QueueBank queues() {
        return queues;
    }

    CounterBoard counters() {
        return counters;
    }

    DeviceState state() {
        DeviceState at = reached;
        return at != DeviceState.CLOSED && (resetting || context.isDown()) ? DeviceState.FAILED : at;
    }

    private QueueGate gate() {
        return switch (state()) {
            case RUNNING -> QueueGate.OPEN;
            case FAILED -> QueueGate.HALTED;
            case CLOSED -> QueueGate.CLOSED;
            case UNPROBED, UNCONFIGURED, CONFIGURED -> QueueGate.STOPPED;
        };
    }

    // ---- up and down

    void configure(DeviceConfig wanted) {
        DeviceSettings after = rules.configured(settings, rssTableChosen, wanted);
        dropQueues("configure()");
        driver.step("configure()", () -> ops.configure(after));
        queues.resize(wanted.rxQueues(), wanted.txQueues());
        rssTableChosen = rssTableChosen && after.rss().equals(settings.rss());
        settings = after;
        config = Optional.of(wanted);
        reached = DeviceState.CONFIGURED;
    }

    void unconfigure() {
        dropQueues("unconfigure()");
    }

    private void dropQueues(String operation) {
        if (reached == DeviceState.CONFIGURED) {
            reached = DeviceState.UNCONFIGURED;
            settings = settings.edit().queues(0, 0).done();
            config = Optional.empty();
            driver.mustNotFail(operation, ops::unconfigure);
            queues.giveUp(QueueGate.REPLACED);
        }
    }

    void start() {
        queues.complete(settings);
        driver.step("start()", ops::start);
        started = true;
        reached = DeviceState.RUNNING;
        queues.alignGates();
        driver.requireNotFailed("start()");
    }

    void stop() {
        reached = DeviceState.CONFIGURED;
        queues.alignGates();
        driver.mustNotFail("stop()", () -> {
            queues.awaitQuiet();
            started = false;
            ops.stop();
        });
    }

    void reset() {
        rules.require(Capability.RESET, "reset()");
        resetNow();
    }

    /** False if the control path is busy, so that it has to be tried again. */
    private boolean tryToRecover() {
        // On a virtual clock a control call that waits for the device lets this run on its own thread.
        if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
            return false;
        }
        try {
            recoverIfAsked();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Performs the reset that the driver asked for, if any; a failure is told as an event. */
    private void recoverIfAsked() {
        String reason = context.resetRequest();
        if (reason == null || resetting || reached == DeviceState.CLOSED || context.hasFailed()) {
            return;
        }
        context.post(new DeviceEvent.ResetStarted(reason));
        try {
            resetNow();
        } catch (NetDevException | PlatformException e) {
            // The device is FAILED, and the reason was told with that.
            return;
        }
        context.post(new DeviceEvent.ResetDone(reason));
    }

    private void resetNow() {
        resetting = true;
        queues.alignGates();
        try {
            driver.mustNotFail("reset()", this::resetDriver);
        } finally {
            resetting = false;
            queues.alignGates();
        }
        driver.requireNotFailed("reset()");
    }

    private void resetDriver() {
        queues.awaitQuiet();
        if (started) {
            started = false;
            ops.stop();
        }
        CounterBoard.Device before = lastCounters();
        // What is declared from here on is about the device after the reset.
        context.recovered();
        ops.reset(settings);
        counters.deviceWasReset(before, deviceCounters("reset()"));
        if (reached == DeviceState.RUNNING) {
            ops.start();
            started = true;
        }
    }

    void close() {
        context.refuseListeners();
        Teardown teardown = new Teardown(context.device());
        lock.lock();
        try {
            if (reached == DeviceState.CLOSED) {
                return;
            }
            reached = DeviceState.CLOSED;
            context.closed();
            queues.alignGates();
            teardown.step("queues' threads", queues::awaitQuiet);
            if (started) {
                teardown.step("traffic", ops::stop);
            }
            teardown.step("recovery", context::endRecovery);
            teardown.step("driver", ops::close);
            teardown.step("queues", () -> queues.giveUp(QueueGate.CLOSED));
            teardown.step("DMA memory", context.dma()::close);
            teardown.stepThatMayLose("bus device", bus::close);
            if (ownsPlatform) {
                teardown.step("platform", context.platform()::close);
            }
        } finally {
            lock.unlock();
        }
        teardown.finish();
    }

    // ---- settings and counters

    DeviceConfig config() {
        require("config()", WITH_QUEUES_OR_FAILED);
        return config.orElseThrow(() -> new DeviceStateException(context.device(), "config()", state(), "a configuration"));
    }

    DeviceSettings settings(String operation, Set<DeviceState> allowed) {
        require(operation, allowed);
        return settings;
    }

    /** Changes the settings, if the edit, which checks what is wanted, and the driver agree. */
    void change(String operation, Setting what, UnaryOperator<Editor> checkedEdit) {
        control(operation, CONFIGURED_OR_RUNNING, () -> {
            DeviceSettings before = settings;
            DeviceSettings after = checkedEdit.apply(before.edit()).done();
            if (!after.equals(before)) {
                driver.step(operation, () -> ops.apply(before, after, what));
                settings = after;
                rssTableChosen |= what == Setting.RSS && !SettingsRules.sameTable(before, after);
            }
        });
    }

    CounterBoard.Device deviceCounters(String operation) {
        return driver.ask(operation, () -> new CounterBoard.Device(ops.missed(), ops.extendedStatistics()));
    }

    /** The device's counters as far as a device that may be broken tells them. */
    private CounterBoard.Device lastCounters() {
        try {
            return deviceCounters("reset()");
        } catch (RuntimeException e) {
            return new CounterBoard.Device(0, Map.of());
        }
    }

    // ---- order

    void control(String operation, Set<DeviceState> allowed, Runnable body) {
        query(operation, allowed, () -> {
            body.run();
            return null;
        });
    }

    /** One call at a time, in an allowed state, and not from a listener. */
    <T> T query(String operation, Set<DeviceState> allowed, Supplier<T> body) {
        context.refuseListeners();
        lock.lock();
        try {
            recoverIfAsked();
            require(operation, allowed);
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    void require(String operation, Set<DeviceState> allowed) {
        DeviceState now = state();
        if (!allowed.contains(now)) {
            throw new DeviceStateException(context.device(), operation, now, allowed.equals(ANY_BUT_CLOSED)
                ? "a device that is open" : allowed.stream().map(DeviceState::name).collect(Collectors.joining(" or ")));
        }
    }
}
