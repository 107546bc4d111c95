package org.netdev4j.api;

import java.util.function.Supplier;
import org.netdev4j.platform.PlatformException;

/**
 * Calls into a driver, and what becomes of the exceptions: those meant for users pass; everything else is a mistake of
 * the driver, and becomes a {@link DeviceFaultException} that names it.
 */
final class DriverCalls {
    private final DriverContext context;
    private final String driver;

    DriverCalls(DriverContext context, String driver) {
        this.context = context;
        this.driver = driver;
    }

    /** A call that may be refused and then has done nothing; if the driver makes a mistake the device is FAILED. */
    void step(String operation, Runnable body) {
        step(operation, () -> {
            body.run();
            return null;
        });
    }

    /** As {@link #step(String, Runnable)}, with a result. */
    <T> T step(String operation, Supplier<T> body) {
        try {
            return body.get();
        } catch (NetDevException | UnsupportedCapabilityException | PlatformException e) {
            throw e;
        } catch (RuntimeException e) {
            context.fail(operation + ": the driver made a mistake: " + e);
            throw forUsers(operation, e);
        } catch (Error e) {
            context.fail(operation + ": " + e);
            throw e;
        }
    }

    /** A call that must not be refused: whatever it throws, the device is FAILED. */
    void mustNotFail(String operation, Runnable body) {
        try {
            body.run();
        } catch (RuntimeException e) {
            context.fail(operation + " failed: " + e.getMessage());
            throw forUsers(operation, e);
        } catch (Error e) {
            context.fail(operation + ": " + e);
            throw e;
        }
    }

    /** A question, which changes nothing. */
    <T> T ask(String operation, Supplier<T> body) {
        try {
            return body.get();
        } catch (RuntimeException e) {
            throw forUsers(operation, e);
        }
    }

    /** The exception itself if it is meant for users, else one that is. */
    RuntimeException forUsers(String operation, RuntimeException e) {
        return e instanceof NetDevError || e instanceof PlatformException ? e
            : new DeviceFaultException(context.device(), operation + ": driver " + driver + " made a mistake: " + e, e);
    }

    /** Throws if the device failed while an operation ran. */
    void requireNotFailed(String operation) {
        String failure = context.failure();
        if (failure != null) {
            throw new DeviceFaultException(context.device(), operation + ": the device failed meanwhile: " + failure);
        }
    }
}
