package org.netdev4j.conformance;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.conformance.cases.CaseClasses;
import org.netdev4j.platform.Suggest;

/** All cases there are, in the order in which they run. Immutable. */
public final class Catalog {
    private final List<CaseInfo> cases;

    private Catalog(List<CaseInfo> cases) {
        this.cases = List.copyOf(cases);
    }

    /** The cases of this suite. */
    public static Catalog standard() {
        return with(List.of());
    }

    /**
     * The cases of this suite and others.
     *
     * @throws IllegalArgumentException if an id is malformed or used twice
     */
    public static Catalog with(Collection<Class<?>> ownCases) {
        List<CaseInfo> found = new ArrayList<>();
        Map<String, CaseInfo> byId = new HashMap<>();
        for (Class<?> each : Stream.concat(CaseClasses.ALL.stream(), ownCases.stream()).toList()) {
            for (Method method : each.getDeclaredMethods()) {
                if (method.isAnnotationPresent(ConformanceCase.class)) {
                    CaseInfo info = CaseInfo.of(method);
                    CaseInfo other = byId.put(info.id(), info);
                    if (other != null) {
                        throw new IllegalArgumentException("two cases have the id " + info.id() + ": " + other.method()
                            + " and " + method);
                    }
                    found.add(info);
                }
            }
        }
        found.sort(CaseInfo.BY_ID);
        return new Catalog(found);
    }

    /** The cases, by group and number. */
    public List<CaseInfo> cases() {
        return cases;
    }

    /** The case with this id. */
    public Optional<CaseInfo> byId(String id) {
        return cases.stream().filter(c -> c.id().equals(id)).findFirst();
    }

    /**
     * The cases that patterns choose; see {@link ConformanceOptions}.
     *
     * @param include patterns to take; empty for all
     * @param exclude patterns to leave out
     * @throws InvalidConfigurationException if a pattern matches no case
     */
    public List<CaseInfo> select(List<String> include, List<String> exclude) {
        List<Pattern> in = include.stream().map(this::compile).toList();
        List<Pattern> out = exclude.stream().map(this::compile).toList();
        return cases.stream()
            .filter(c -> in.isEmpty() || in.stream().anyMatch(p -> p.matcher(c.id()).matches()))
            .filter(c -> out.stream().noneMatch(p -> p.matcher(c.id()).matches()))
            .toList();
    }

    private Pattern compile(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        StringBuilder regex = new StringBuilder();
        boolean group = Stream.of(Group.values()).anyMatch(g -> g.name().equals(upper));
        for (char c : (group ? upper + "-*" : upper).toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern pattern = Pattern.compile(regex.toString());
        if (cases.stream().noneMatch(c -> pattern.matcher(c.id()).matches())) {
            List<String> known = Stream.concat(cases.stream().map(CaseInfo::id), Stream.of(Group.values())
                .map(Group::name)).toList();
            throw new InvalidConfigurationException("conformance", "no case matches \"" + text + "\""
                + Suggest.nearest(upper, known).map(n -> ", did you mean \"" + n + "\"?").orElse("")
                + "; a pattern is an id (TX-017), a group (TX) or a glob (TX-0*)");
        }
        return pattern;
    }
}
