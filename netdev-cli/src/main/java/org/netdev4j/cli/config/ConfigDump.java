package org.netdev4j.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Shows a configuration: as YAML that can be read again, with the origin of each value behind it, or as plain maps for JSON. */
public final class ConfigDump {
    // Plain scalars that YAML 1.2 reads as nothing but themselves.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");
    private static final int ORIGIN_COLUMN = 40;

    private final Config config;
    private final boolean all;

    /**
     * Something to show.
     *
     * @param all true to show keys that nobody gave and that have no standard value, too
     */
    public ConfigDump(Config config, boolean all) {
        this.config = config;
        this.all = all;
    }

    /** A key and what it holds. */
    private record Row(String path, Key<?> key, Optional<String> text, Origin origin) {
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String device : config.devices()) {
            Keys.all().stream().filter(Key::ofDevice).forEach(key -> add(rows, key, key.path(device)));
        }
        Keys.all().stream().filter(key -> !key.ofDevice()).forEach(key -> add(rows, key, key.path()));
        return rows;
    }

    private void add(List<Row> rows, Key<?> key, String path) {
        Optional<String> text = config.text(key, path);
        if (text.isPresent() || all) {
            rows.add(new Row(path, key, text, config.origin(path)));
        }
    }

    /** The values as YAML. Keys without a value are comments that say what is allowed. */
    public String yaml() {
        StringBuilder out = new StringBuilder();
        List<String> open = List.of();
        for (Row row : rows()) {
            List<String> words = List.of(row.path().split("\\."));
            List<String> sections = words.subList(0, words.size() - 1);
            String comment = row.text().isPresent() ? "" : "# ";
            int common = common(open, sections);
            for (int i = common; i < sections.size(); i++) {
                out.append("  ".repeat(i)).append(sections.get(i)).append(":\n");
            }
            open = sections;
            String line = "  ".repeat(sections.size()) + comment + words.getLast() + ": "
                + row.text().map(text -> scalar(row.key().type().plain(text))).orElse("");
            String note = row.text().isPresent() ? row.origin().toString() : row.key().description() + ": " + row.key().type().allowed();
            out.append(line).append(" ".repeat(Math.max(1, ORIGIN_COLUMN - line.length()))).append("# ").append(note).append('\n');
        }
        return out.toString();
    }

    private static int common(List<String> a, List<String> b) {
        int n = 0;
        while (n < a.size() && n < b.size() && a.get(n).equals(b.get(n))) {
            n++;
        }
        return n;
    }

    private static String scalar(Object value) {
        if (value instanceof List<?> list) {
            return "[" + String.join(", ", list.stream().map(ConfigDump::scalar).toList()) + "]";
        }
        if (value instanceof Boolean flag) {
            return flag ? "on" : "off";
        }
        String text = value.toString();
        if (value instanceof Long || PLAIN.matcher(text).matches() && !List.of("true", "false", "null").contains(text)) {
            return text;
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** {@code values}: the tree of values; {@code origins}: where each comes from, by full name. */
    public Map<String, Object> plain() {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Object> origins = new LinkedHashMap<>();
        for (Row row : rows()) {
            put(values, row.path().split("\\."), row.text().map(row.key().type()::plain).orElse(null));
            origins.put(row.path(), row.origin().toString());
        }
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("values", values);
        both.put("origins", origins);
        return both;
    }

    private static void put(Map<String, Object> tree, String[] words, Object value) {
        Map<String, Object> at = tree;
        for (int i = 0; i < words.length - 1; i++) {
            @SuppressWarnings("unchecked") // only this method puts maps in
            Map<String, Object> next = (Map<String, Object>) at.computeIfAbsent(words[i], w -> new LinkedHashMap<String, Object>());
            at = next;
        }
        at.put(words[words.length - 1], value);
    }
}
