package org.netdev4j.cli.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Console.Colour;

/** What was found, in sections, in the order found. One thread. */
public final class Findings {
    private static final int WIDTH = 110;
    private static final int MOST_NAME = 18;
    private static final String ARROW = "-> ";

    private final List<Section> sections = new ArrayList<>();

    /** How a thing is. */
    public enum Level {
        /** As it should be. */
        OK(Colour.GREEN),
        /** It works, but costs, or will not do for everything. */
        WARN(Colour.YELLOW),
        /** It does not work. */
        BAD(Colour.RED);

        private final Colour colour;

        Level(Colour colour) {
            this.colour = colour;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A thing: what it is, how it is, and what to do; there is nothing to do if it is well. */
    private record Finding(Level level, String what, String text, String remedy) {
    }

    private record Section(String title, List<Finding> findings) {
    }

    /** What follows belongs under a title. */
    void section(String title) {
        sections.add(new Section(title, new ArrayList<>()));
    }

    void ok(String what, String text) {
        add(Level.OK, what, text, "");
    }

    void warn(String what, String text, String remedy) {
        add(Level.WARN, what, text, remedy);
    }

    void bad(String what, String text, String remedy) {
        add(Level.BAD, what, text, remedy);
    }

    /** The device could not be had. */
    public void refused(String why, String remedy) {
        if (sections.isEmpty()) {
            section("Device");
        }
        bad("open", why, remedy);
    }

    private void add(Level level, String what, String text, String remedy) {
        sections.getLast().findings.add(new Finding(level, what, text, remedy));
    }

    /** How many there are of a level. */
    public long count(Level level) {
        return sections.stream().flatMap(s -> s.findings.stream()).filter(f -> f.level == level).count();
    }

    /** Shows all, for people. */
    public void print(Console console) {
        int name = sections.stream().flatMap(s -> s.findings.stream()).mapToInt(f -> f.what.length()).max().orElse(0);
        String layout = "  %-4s  %-" + Math.min(name, MOST_NAME) + "s  ";
        for (Section section : sections) {
            console.line(section.title);
            for (Finding finding : section.findings) {
                String head = String.format(layout, finding.level.word(), finding.what);
                int indent = head.length();
                List<String> lines = new ArrayList<>(wrapped(finding.text, WIDTH - indent));
                List<String> remedy = finding.remedy.isEmpty() ? List.of()
                    : wrapped(finding.remedy, WIDTH - indent - ARROW.length());
                for (int i = 0; i < remedy.size(); i++) {
                    lines.add((i == 0 ? ARROW : " ".repeat(ARROW.length())) + remedy.get(i));
                }
                console.line("  " + console.paint(finding.level.colour, finding.level.word())
                    + head.substring(2 + finding.level.word().length())
                    + lines.getFirst());
                lines.stream().skip(1).forEach(line -> console.line(" ".repeat(indent) + line));
            }
            console.line("");
        }
        console.line(count(Level.OK) + " ok, " + count(Level.WARN) + " to look at, " + count(Level.BAD) + " bad");
    }

    /** Breaks a text at blanks, and words that are longer than a line behind a colon, if there is one. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
            while (line.length() > width) {
                int colon = line.lastIndexOf(":", width - 1);
                int end = colon > 0 ? colon + 1 : width;
                lines.add(line.substring(0, end));
                line.delete(0, end);
            }
        }
        lines.add(line.toString());
        return lines;
    }

    /** The same as maps and lists. */
    public Map<String, Object> plain() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Section section : sections) {
            for (Finding finding : section.findings) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("section", section.title);
                row.put("level", finding.level.word());
                row.put("what", finding.what);
                row.put("text", finding.text);
                row.put("remedy", finding.remedy.isEmpty() ? null : finding.remedy);
                all.add(row);
            }
        }
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("findings", all);
        for (Level level : Level.values()) {
            plain.put(level.word(), count(level));
        }
        return plain;
    }
}
