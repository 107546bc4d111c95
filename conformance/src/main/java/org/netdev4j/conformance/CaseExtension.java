package org.netdev4j.conformance;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;

/** Runs a {@link ConformanceCase}: gates it, gives it its bench, bounds its time and looks for what it left behind. */
final class CaseExtension implements ExecutionCondition, ParameterResolver, InvocationInterceptor {
    private static final Duration THREAD_GRACE = Duration.ofSeconds(2);

    /** For JUnit. */
    CaseExtension() {
        // nothing to set up
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Suite> suite = suite(context);
        if (suite.isEmpty()) {
            return ConditionEvaluationResult.disabled("a conformance case needs a device: run it with "
                + "Conformance.run(), a subclass of "
                + "ConformanceTest, or netdev conformance");
        }
        return suite.get().missing(info(context)).map(ConditionEvaluationResult::disabled)
            .orElseGet(() -> ConditionEvaluationResult.enabled("all it needs is there"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Bench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Suite suite = suite(context).orElseThrow();
        // Opened on the case's own thread, so that a device that hangs while it opens does not hang the suite.
        return new Bench(suite, info(context), suite.seed());
    }

    @Override
    public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> call,
        ExtensionContext context)
        throws Throwable {
        Suite suite = suite(context).orElseThrow();
        CaseInfo info = info(context);
        Bench bench = (Bench) call.getArguments().get(0);
        CaseThread thread = new CaseThread(info.id(), () -> runOn(bench, invocation));
        Duration limit = suite.options().timeout();
        if (!thread.run(limit)) {
            throw new AssertionFailedError(info.id() + " hung: it was still running after " + limit.toMillis()
                + " ms, at " + thread.abandon()
                + "; the device was left as it is");
        }
        if (thread.failure() != null) {
            throw thread.failure();
        }
        List<String> threads = thread.leftBehind(THREAD_GRACE);
        if (!threads.isEmpty()) {
            throw new AssertionFailedError("threads still run after close(): " + String.join(", ", threads));
        }
    }

    private static void runOn(Bench bench, Invocation<Void> invocation) throws Throwable {
        Throwable failure = null;
        try {
            bench.open();
            invocation.proceed();
        } catch (Throwable e) {
            failure = e;
        }
        if (failure != null && !bench.trace().isBlank()) {
            failure.addSuppressed(new DeviceLog(bench.trace()));
        }
        try {
            List<String> problems = bench.close();
            if (failure == null && !problems.isEmpty()) {
                failure = new AssertionFailedError("left behind: " + String.join("; ", problems));
            }
        } catch (RuntimeException | Error e) {
            if (failure == null) {
                failure = new AssertionFailedError("closing the device failed: " + Failures.reason(e), e);
            } else {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What the device saw last, under the stack of a failure. */
    private static final class DeviceLog extends Throwable {
        private static final long serialVersionUID = 1;

        DeviceLog(String text) {
            super("what the device saw last:\n" + text.strip(), null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }

    private static Optional<Suite> suite(ExtensionContext context) {
        return context.getConfigurationParameter(Suite.PARAMETER).map(Suite::ofKey);
    }

    private static CaseInfo info(ExtensionContext context) {
        return CaseInfo.of(context.getRequiredTestMethod());
    }
}
