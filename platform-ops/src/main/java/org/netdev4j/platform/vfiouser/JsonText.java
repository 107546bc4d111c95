package org.netdev4j.platform.vfiouser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.PlatformException;

/** Reads the little JSON that vfio-user has [RFC8259]: objects become maps, arrays lists, whole numbers longs, others doubles. */
final class JsonText {
    private static final int DEEPEST = 16;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /**
     * Reads a text as a whole.
     *
     * @return a map, list, string, long, double, boolean, or null
     * @throws PlatformException if it is no JSON
     */
    static Object parse(String text) {
        JsonText json = new JsonText(text);
        Object value = json.value(0);
        if (json.peek() != 0) {
            throw json.bad("the end");
        }
        return value;
    }

    private PlatformException bad(String wanted) {
        return new PlatformException("no JSON: " + wanted + " is missing at character " + at + " of " + text.length());
    }

    /** The next character that is no blank, or 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void take(char wanted) {
        if (peek() != wanted) {
            throw bad("'" + wanted + "'");
        }
        at++;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw bad("an end of nesting");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw bad("a value");
        }
        at += word.length();
        return value;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        take('{');
        if (peek() != '}') {
            while (true) {
                peek();
                String name = string();
                take(':');
                members.put(name, value(depth + 1));
                if (peek() != ',') {
                    break;
                }
                at++;
            }
        }
        take('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> values = new ArrayList<>();
        take('[');
        if (peek() != ']') {
            while (true) {
                values.add(value(depth + 1));
                if (peek() != ',') {
                    break;
                }
                at++;
            }
        }
        take(']');
        return values;
    }

    private String string() {
        if (peek() != '"') {
            throw bad("'\"'");
        }
        StringBuilder out = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        if (at == text.length()) {
            throw bad("'\"'");
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : 0;
        int known = "\"\\/bfnrt".indexOf(c);
        if (known >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(known);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw bad("a known escape");
        }
        try {
            at += 4;
            return (char) Integer.parseUnsignedInt(text, at - 4, at, 16);
        } catch (NumberFormatException e) {
            throw bad("four hexadecimal digits");
        }
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        try {
            return digits.matches("-?\\d+") ? (Object) Long.valueOf(digits) : (Object) Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw bad("a value");
        }
    }
}
