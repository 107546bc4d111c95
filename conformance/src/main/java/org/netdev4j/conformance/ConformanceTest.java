package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Puts the suite into the tests of a backend:
 *
 * <pre>{@code
 * class MyNicConformanceTest extends ConformanceTest {
 *     @Override
 *     protected String device() {
 *         return "mynic:";
 *     }
 * }
 * }</pre>
 *
 * <p>Each case is a test of its own, under its group; what the device lacks is skipped by name.
 */
public abstract class ConformanceTest {
    /** For subclasses. */
    protected ConformanceTest() {
        // nothing to set up
    }

    /** Address of the device under test. */
    protected abstract String device();

    /** What to run; the whole suite if not overridden. */
    protected ConformanceOptions options() {
        return ConformanceOptions.device(device());
    }

    @TestFactory
    final Stream<DynamicNode> conformance() {
        Suite suite = Suite.prepare(options());
        List<CaseInfo> selected = suite.selected();
        List<DynamicNode> groups = new ArrayList<>();
        for (Group group : Group.values()) {
            List<CaseInfo> members = selected.stream().filter(c -> c.group() == group).toList();
            if (!members.isEmpty()) {
                groups.add(DynamicContainer.dynamicContainer(group.title(), members.stream()
                    .map(c -> test(suite, c, selected))));
            }
        }
        return groups.stream().onClose(suite::close);
    }

    private static DynamicTest test(Suite suite, CaseInfo info, List<CaseInfo> all) {
        return DynamicTest.dynamicTest(info.id() + " " + info.sentence(), () -> {
            CaseResult result = Conformance.run(suite, info, all.indexOf(info) + 1, all.size());
            switch (result.outcome()) {
                case PASSED -> { }
                case SKIPPED -> throw new TestAbortedException(result.reason());
                case FAILED -> throw new AssertionFailedError(result.reason() + "\n  source: " + info.source()
                    + "\n  if it fails: "
                    + info.ifItFails() + "\n  again with: netdev conformance --device " + suite.options().device() + " --rig "
                    + suite.rig().name() + " --include " + info.id() + " --seed " + result.seed() + (result.trace().isEmpty() ? "" : "\n" + result.trace()));
            }
        });
    }
}
