package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of bugs that ENA drivers had, docs/ena-bugs.md, names all of them and nothing that is not there. */
class EnaBugsTest {
    private static final int GROUPS = 54;
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Pattern CASE = Pattern.compile("`([A-Z]{2}-[0-9]{3})`");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
    private static final Pattern CITED = Pattern.compile("NEEDS-ENA (\\d+(?:, \\d+)*)");

    private static final List<Row> ROWS = new ArrayList<>();

    private record Row(int number, String what, String where) {
    }

    @BeforeAll
    static void read() throws IOException {
        ROWS.clear();
        for (String line : Files.readAllLines(root().resolve("docs/ena-bugs.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                ROWS.add(new Row(Integer.parseInt(row.group(1)), row.group(2), row.group(3)));
            }
        }
    }

    private static Path root() {
        return Path.of("").toAbsolutePath().getParent();
    }

    @Test
    void table_hasAllGroups_inOrder() {
        assertEquals(IntStream.rangeClosed(1, GROUPS).boxed().toList(), ROWS.stream().map(Row::number).toList());
    }

    @Test
    void eachGroup_isTested_orSaidToBeImpossibleAndWhy() {
        for (Row row : ROWS) {
            boolean tested = CASE.matcher(row.where()).find() || TEST.matcher(row.where()).find();
            boolean impossible = row.where().startsWith("cannot occur: ") && row.where().length() > 50;
            assertTrue(tested != impossible, row.toString());
            assertFalse(row.what().isBlank(), row.toString());
        }
    }

    @Test
    void cases_exist_andCiteTheirGroup() {
        Catalog catalog = Catalog.standard();
        for (Row row : ROWS) {
            Matcher named = CASE.matcher(row.where());
            while (named.find()) {
                CaseInfo info = catalog.byId(named.group(1)).orElseThrow(() -> new AssertionError("no case: " + row));
                assertTrue(cited(info.source()).contains(row.number()), info.id() + " does not cite NEEDS-ENA "
                    + "" + row.number()
                    + ": " + info.source());
            }
        }
    }

    @Test
    void citations_areOfGroupsThatThereAre() {
        for (CaseInfo info : Catalog.standard().cases()) {
            for (int number : cited(info.source())) {
                assertTrue(number >= 1 && number <= GROUPS, info.id() + " cites " + info.source());
            }
        }
    }

    private static List<Integer> cited(String source) {
        List<Integer> numbers = new ArrayList<>();
        Matcher each = CITED.matcher(source);
        while (each.find()) {
            Arrays.stream(each.group(1).split(", ")).map(Integer::valueOf).forEach(numbers::add);
        }
        return numbers;
    }

    @Test
    void tests_exist() throws IOException {
        for (Row row : ROWS) {
            Matcher named = TEST.matcher(row.where());
            while (named.find()) {
                String test = named.group(1);
                String method = named.group(2);
                assertTrue(sources(test).stream().anyMatch(source -> source.contains(" void " + method + "(")),
                    "no test " + test + "." + method + ": " + row);
            }
        }
    }

    private static List<String> sources(String test) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root())) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.endsWith(test + ".java")).toList()) {
                        texts.add(Files.readString(file));
                    }
                }
            }
        }
        return texts;
    }
}
