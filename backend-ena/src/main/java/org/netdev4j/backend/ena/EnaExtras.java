package org.netdev4j.backend.ena;

import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.platform.Mutex;
import org.netdev4j.spi.DeviceContext;

/** The extension of one device. Its calls come beside those of the framework, so that it brings order of its own. */
final class EnaExtras implements EnaExtension {
    private final EnaDevice device;
    private final DeviceContext context;
    private final Mutex lock;
    private int receiveQueues;
    private boolean closed;

    EnaExtras(EnaDevice device, DeviceContext context) {
        this.device = device;
        this.context = context;
        lock = context.platform().newMutex(context.device() + " extension");
    }

    /** How many receive queues there are to steer to. */
    void receiveQueues(int count) {
        lock.lock();
        receiveQueues = count;
        lock.unlock();
    }

    @Override
    public boolean hasClock() {
        return device.clock().active();
    }

    @Override
    public Optional<EnaTime> readClock() {
        return device.clock().read();
    }

    @Override
    public int maxFlowRules() {
        return device.flows().size();
    }

    @Override
    public Map<Integer, EnaFlowRule> flowRules() {
        lock.lock();
        try {
            return device.flows().rules();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int addFlowRule(EnaFlowRule rule) {
        lock.lock();
        try {
            requireOpen("a flow rule");
            if (device.flows().size() == 0) {
                throw invalid("the device has no flow steering");
            }
            if (device.flows().rules().size() >= device.flows().size()) {
                throw invalid("the device holds " + device.flows().size() + " flow rules, and all are in use; remove one");
            }
            if (rule.queue() >= receiveQueues) {
                throw invalid("a flow rule names receive queue " + rule.queue() + "; there are " + receiveQueues);
            }
            return device.flows().add(device.client(), rule);
        } catch (EnaFault e) {
            throw context.fault("adding a flow rule: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void removeFlowRule(int location) {
        lock.lock();
        try {
            requireOpen("removing a flow rule");
            if (!device.flows().rules().containsKey(location)) {
                throw invalid("there is no flow rule at location " + location);
            }
            device.flows().remove(device.client(), location);
        } catch (EnaFault e) {
            throw context.fault("removing a flow rule: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen(String what) {
        if (closed || device.isQuiet()) {
            throw context.fault(what + ": the device is closed, or waits for a reset");
        }
    }

    private InvalidConfigurationException invalid(String why) {
        return new InvalidConfigurationException(context.device(), why);
    }

    /** Runs work that the calls here must not come between. */
    void exclusively(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing reaches the device any more. */
    void close() {
        exclusively(() -> closed = true);
    }
}
