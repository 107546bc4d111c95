package org.netdev4j.conformance.outside;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps that matter of a driver's life, and in which order two drivers take them. */
final class Steps {
    private static final Pattern REGISTER = Pattern.compile("(read|write) ([A-Z_]+)(?: through memory|, \\d bytes)( reset| = 0x[01])?.*");
    private static final Pattern FEATURE = Pattern.compile("admin ([GS]ET_FEATURE [A-Z_]+) v\\d.*");
    private static final Pattern QUEUE = Pattern.compile("admin ((?:CREATE|DESTROY)_[CS]Q)(?:.*? ([TR]X)\\b.*|.*)");

    // What depends on the wish of the user, and at which moment he has it.
    private static final Pattern WISHED = Pattern.compile(".*FEATURE (MTU|LINK_CONFIG|PHC_CONFIG|HW_TIMESTAMP|FRAG_BYPASS|FLOW_STEERING_CONFIG) .*");

    private Steps() {
    }

    /** The steps of a driver in the order of the first time; forms that say how a step was done are none. */
    static List<String> of(List<String> forms) {
        Set<String> steps = new LinkedHashSet<>();
        forms.forEach(form -> step(form).ifPresent(steps::add));
        return List.copyOf(steps);
    }

    private static Optional<String> step(String form) {
        if (WISHED.matcher(form).matches()) {
            return Optional.empty();
        }
        Matcher register = REGISTER.matcher(form);
        if (register.matches()) {
            return Optional.of(register.group(1) + " " + register.group(2) + (register.group(3) == null ? "" : register.group(3)));
        }
        Matcher feature = FEATURE.matcher(form);
        if (feature.matches()) {
            return Optional.of(feature.group(1));
        }
        Matcher queue = QUEUE.matcher(form);
        if (queue.matches()) {
            return Optional.of(queue.group(1) + (queue.group(2) == null ? "" : " " + queue.group(2)));
        }
        if (form.startsWith("write submission queue doorbell")) {
            return Optional.of("doorbell");
        }
        return form.startsWith("interrupt control unmask") ? Optional.of("unmask") : Optional.empty();
    }

    /** Steps that both drivers take, and the first not where the other does: as few as can be. */
    static List<String> moved(List<String> ours, List<String> theirs) {
        List<String> mine = ours.stream().filter(theirs::contains).toList();
        List<String> other = theirs.stream().filter(ours::contains).toList();
        int[][] longest = new int[mine.size() + 1][other.size() + 1];
        for (int i = mine.size() - 1; i >= 0; i--) {
            for (int j = other.size() - 1; j >= 0; j--) {
                longest[i][j] = mine.get(i).equals(other.get(j)) ? 1 + longest[i + 1][j + 1] : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        List<String> moved = new ArrayList<>(mine);
        int i = 0;
        int j = 0;
        while (i < mine.size() && j < other.size()) {
            if (mine.get(i).equals(other.get(j))) {
                moved.remove(mine.get(i));
                i++;
                j++;
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return moved;
    }
}
