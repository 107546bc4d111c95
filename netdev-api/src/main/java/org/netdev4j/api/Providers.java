package org.netdev4j.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link ServiceLoader} finds of one service, by name. A provider that is broken is left out and named in {@link
 * #problems()}: one bad jar must not keep the others from working. Immutable.
 */
final class Providers<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);
    // A path that cannot be read at all fails anew at each step; no path has so many broken jars.
    private static final int MOST_PROBLEMS = 100;
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private final String what;
    private final Map<String, List<T>> byName = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Loads all providers.
     *
     * @param what what one is called in messages
     */
    Providers(ServiceLoader<T> loader, Function<T, String> nameOf, String what) {
        this.what = what;
        Iterator<T> iterator = loader.iterator();
        boolean more = true;
        while (more && problems.size() < MOST_PROBLEMS) {
            try {
                more = iterator.hasNext();
                if (more) {
                    add(iterator.next(), nameOf);
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                problem(describe(e));
            }
        }
    }

    private void add(T provider, Function<T, String> nameOf) {
        String name;
        try {
            name = nameOf.apply(provider);
        } catch (RuntimeException e) {
            problem(provider.getClass().getName() + " does not describe itself: " + e);
            return;
        }
        if (name == null || name.isEmpty()) {
            problem(provider.getClass().getName() + " has no name");
            return;
        }
        List<T> sameName = byName.computeIfAbsent(name, n -> new ArrayList<>());
        // A jar that is on the path twice is no problem.
        if (sameName.stream().noneMatch(other -> other.getClass().getName().equals(provider.getClass().getName()))) {
            sameName.add(provider);
        }
    }

    private void problem(String line) {
        String whole = "a " + what + " could not be loaded: " + line;
        problems.add(whole);
        if (LOGGED.add(whole)) {
            LOG.warn("{}", whole);
        }
    }

    /** The line that names the provider: the error's own, without the name of the service that it begins with. */
    private static String describe(Throwable e) {
        String line = e instanceof ServiceConfigurationError && e.getMessage() != null
            ? e.getMessage().substring(e.getMessage().indexOf(": ") + 1).strip() : e.toString();
        return e.getCause() == null ? line : line + ": " + e.getCause();
    }

    /** All that can be used, in the order of their names. */
    List<T> all() {
        return byName.values().stream().flatMap(List::stream).toList();
    }

    /** Their names. */
    Collection<String> names() {
        return byName.keySet();
    }

    /** One line for each that cannot be used, naming it. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Those of a name: none, or one.
     *
     * @throws DeviceNotFoundException if there are several, naming their classes
     */
    List<T> named(String name) {
        List<T> found = byName.getOrDefault(name, List.of());
        if (found.size() > 1) {
            throw new DeviceNotFoundException(name, "there are " + found.size() + " classes on the path that are " + what
                + " \"" + name + "\": " + String.join(", ", found.stream().map(each -> each.getClass().getName()).toList())
                + "; remove all but one");
        }
        return List.copyOf(found);
    }

    /** For the end of a message about something that was not found: what there is, and what could not be loaded. */
    String known() {
        String list = byName.isEmpty() ? "; there is none on the path" : "; there are " + String.join(", ", byName.keySet());
        return problems.isEmpty() ? list : list + " (" + String.join("; ", problems) + ")";
    }
}
