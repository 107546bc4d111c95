package org.netdev4j.platform.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The test makes TAP interfaces: it is skipped where {@code ip} cannot make one either. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresTap.Condition.class)
@interface RequiresTap {
    /** Asks the outside tool, so that a fault in the code under test fails and does not skip. */
    final class Condition implements ExecutionCondition {
        private static final ConditionEvaluationResult RESULT = probe();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return RESULT;
        }

        private static ConditionEvaluationResult probe() {
            String name = TestTap.newName();
            try {
                TestTap.run("ip", "tuntap", "add", "dev", name, "mode", "tap");
                TestTap.run("ip", "tuntap", "del", "dev", name, "mode", "tap");
                return ConditionEvaluationResult.enabled("ip can make a TAP");
            } catch (AssertionError e) {
                return ConditionEvaluationResult.disabled("needs Linux, ip, /dev/net/tun and root or CAP_NET_ADMIN: "
                    + e.getMessage());
            }
        }
    }
}
