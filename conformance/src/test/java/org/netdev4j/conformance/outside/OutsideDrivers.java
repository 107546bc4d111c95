package org.netdev4j.conformance.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What drivers that nobody here wrote did on the ENA model, as lab scenarios have recorded it: a file for each driver, with
 * a form a line in the order of first use. Our driver is compared with it; docs/outside-drivers.md explains the differences.
 */
public final class OutsideDrivers {
    private static final Path RECORDS = Path.of("src/test/resources/org/netdev4j/conformance/outside");
    private static final Path EXPLAINED = Path.of("../docs/outside-drivers.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (.+) \\|");
    private static final Pattern TRACED = Pattern.compile("\\d+ FORM (.*)");
    private static final String ORDER = "order of ";
    private static final int LEAST_WORDS = 3;

    private final Map<String, List<String>> drivers;
    private final Map<String, String> explained;

    OutsideDrivers(Map<String, List<String>> drivers, Map<String, String> explained) {
        this.drivers = drivers;
        this.explained = explained;
    }

    /** As it is checked in. */
    public static OutsideDrivers recorded() throws IOException {
        Map<String, List<String>> drivers = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(RECORDS)) {
            for (Path file : files.sorted().toList()) {
                drivers.put(file.getFileName().toString().replace(".txt", ""),
                    Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList());
            }
        }
        return new OutsideDrivers(drivers, rows(Files.readAllLines(EXPLAINED)));
    }

    /** The rows of the page's tables. */
    static Map<String, String> rows(List<String> page) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : page) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && rows.put(row.group(1), row.group(2)) != null) {
                throw new IllegalStateException("explained twice: " + row.group(1));
            }
        }
        return rows;
    }

    /** The forms in a trace of ours, in the order of their first use. */
    public static List<String> traced(Path trace) throws IOException {
        Set<String> forms = new LinkedHashSet<>();
        try (Stream<String> lines = Files.lines(trace)) {
            lines.forEach(line -> {
                Matcher form = TRACED.matcher(line);
                if (form.matches()) {
                    forms.add(form.group(1));
                }
            });
        }
        return List.copyOf(forms);
    }

    /** Names of the drivers. */
    public Set<String> names() {
        return drivers.keySet();
    }

    /** How many rows explain something. */
    public int explanations() {
        return explained.size();
    }

    /** Forms that none of the others has used. */
    Set<String> ownForms(List<String> ours) {
        Set<String> own = new TreeSet<>(ours);
        drivers.values().forEach(own::removeAll);
        return own;
    }

    /** Steps that ours takes at another place than the one of the others that it resembles most. */
    Set<String> ownOrder(List<String> life) {
        List<String> least = null;
        for (List<String> theirs : drivers.values()) {
            List<String> moved = Steps.moved(Steps.of(life), Steps.of(theirs));
            least = least == null || moved.size() < least.size() ? moved : least;
        }
        return least == null ? Set.of() : new TreeSet<>(least);
    }

    /**
     * What is wrong with the forms: those that are ours alone and not explained, and explanations of what is not so.
     *
     * @param ours all that our driver ever does
     */
    public List<String> wrongForms(List<String> ours) {
        return wrong(ownForms(ours), false);
    }

    /**
     * The same of the order of steps.
     *
     * @param life forms of one life, in the order of their first use
     */
    public List<String> wrongOrder(List<String> life) {
        Set<String> moved = new TreeSet<>();
        ownOrder(life).forEach(step -> moved.add(ORDER + step));
        return wrong(moved, true);
    }

    private List<String> wrong(Set<String> differences, boolean order) {
        List<String> wrong = new ArrayList<>();
        for (String each : differences) {
            String why = explained.getOrDefault(each, "");
            if (why.isBlank() || why.split(" ").length < LEAST_WORDS) {
                wrong.add("not explained: " + each);
            }
        }
        explained.keySet().stream().filter(each -> each.startsWith(ORDER) == order && !differences.contains(each))
            .forEach(each -> wrong.add("explained, but no difference any more: " + each));
        return wrong;
    }
}
