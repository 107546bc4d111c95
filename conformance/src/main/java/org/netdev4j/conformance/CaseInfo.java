package org.netdev4j.conformance;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.netdev4j.api.Capability;

/**
 * A case, as its {@link ConformanceCase} says.
 *
 * @param id        {@code TX-017}
 * @param group     group of the id
 * @param sentence  what must hold
 * @param needs     capabilities it needs
 * @param faults    faults it needs
 * @param named     faults of a device model that it needs, by name
 * @param driver    the only driver that it is about, or empty
 * @param steps     true if it needs a rig that counts register accesses
 * @param rxQueues  receive queues it needs
 * @param txQueues  transmit queues it needs
 * @param realTime  true if it needs a device on real time
 * @param source    where the rule comes from
 * @param ifItFails where to look when it fails
 * @param method    the code
 */
public record CaseInfo(String id, Group group, String sentence, List<Capability> needs, List<FaultKind> faults,
                       List<String> named, String driver, boolean steps, int rxQueues, int txQueues, boolean realTime,
                       String source, String ifItFails, Method method) {
    /** By group, then by number. */
    public static final Comparator<CaseInfo> BY_ID = Comparator.comparing(CaseInfo::group).thenComparing(CaseInfo::id);

    private static final Pattern ID = Pattern.compile("[A-Z]{2}-[0-9]{3}");

    static CaseInfo of(Method method) {
        ConformanceCase says = method.getAnnotation(ConformanceCase.class);
        String where = method.getDeclaringClass().getName() + "." + method.getName();
        if (!ID.matcher(says.id()).matches()) {
            throw new IllegalArgumentException(where
                + ": a case's id is two letters, a dash and three digits, as TX-017: " + says.id());
        }
        Group group = Group.of(says.id()).orElseThrow(() -> new IllegalArgumentException(
            where + ": id " + says.id() + " begins with no group; use one of " + List.of(Group.values())));
        if (method.getParameterCount() != 1 || method.getParameterTypes()[0] != Bench.class) {
            throw new IllegalArgumentException(where + ": a case's method has one parameter, of type Bench");
        }
        return new CaseInfo(says.id(), group, says.value(), List.of(says.needs()), List.of(says.faults()),
            List.of(says.namedFaults()), says.driver(), says.steps(), says.rxQueues(), says.txQueues(),
            says.realTime(), says.source(), says.ifItFails(), method);
    }

    @Override
    public String toString() {
        return id;
    }
}
