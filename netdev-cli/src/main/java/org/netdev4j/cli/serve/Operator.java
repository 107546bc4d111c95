package org.netdev4j.cli.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import org.netdev4j.models.device.Operable;
import org.netdev4j.models.device.Operable.Operation;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;

/**
 * Does what a person says while devices are served: a command a line, {@code WORD [DEVICE] ...}, where DEVICE is the number
 * of one or its name,
 * and all are meant without it. One thread.
 */
final class Operator {
    private static final Map<String, Operation> OWN = own();

    private final List<Served> devices;
    private final Runnable quit;

    /**
     * One for these devices.
     *
     * @param quit what ends the serving
     */
    Operator(List<Served> devices, Runnable quit) {
        this.devices = devices;
        this.quit = quit;
    }

    private static Map<String, Operation> own() {
        Map<String, Operation> all = new LinkedHashMap<>();
        for (Operation each : List.of(
            new Operation("fault", "NAME[@PLACE][:KEY=VALUE]...", "have something go wrong; with + between, several things"),
            new Operation("faults", "", "show what was injected, and how often it happened"),
            new Operation("clear", "[faults]", "take all faults back"),
            new Operation("link", "up|down", "put the plug of the wire in, or pull it"),
            new Operation("remove", "", "pull the device out, without a word to the driver; it does not come back"),
            new Operation("stats", "", "show what has crossed bus and wire"),
            new Operation("trace", "FILE|off", "write down from now on what driver and device say, or end that"),
            new Operation("help", "", "show the commands"),
            new Operation("quit", "", "end"))) {
            all.put(each.name(), each);
        }
        return all;
    }

    /** Does what a line says, and answers: in one line, or more where much was asked for; empty for an empty line. */
    String answer(String line) {
        List<String> words = new ArrayList<>(List.of(line.strip().split("\\s+")));
        String command = words.removeFirst();
        if (command.isEmpty()) {
            return "";
        }
        try {
            return answer(command, words);
        } catch (IllegalArgumentException | PlatformException e) {
            return command + ": " + e.getMessage();
        }
    }

    private String answer(String command, List<String> words) {
        if (command.equals("help")) {
            return help();
        }
        if (command.equals("quit")) {
            quit.run();
            return "ending";
        }
        requireKnown(command);
        if (command.equals("clear") && !words.isEmpty() && words.getFirst().equals("faults")) {
            words.removeFirst();
        }
        List<Served> meant = meant(words);
        return switch (command) {
            case "fault" -> {
                String spec = only(words, "which? as completion-dropped@1:count=2; netdev backends lists the keys, "
                    + "docs/devices/ena-model.md the faults of ENA");
                yield each(meant, one -> injected(one.device().faults().inject(spec).size()));
            }
            case "faults" -> {
                none(words);
                yield each(meant, one -> one.device().faults().injections().isEmpty() ? "no faults"
                    : String.join("; ", one.device().faults().injections().stream().map(Object::toString).toList()));
            }
            case "clear" -> {
                none(words);
                yield each(meant, one -> cleared(one.device()));
            }
            case "link" -> link(meant, only(words, "up or down?"));
            case "remove" -> {
                none(words);
                yield each(meant, one -> removed(one.device()));
            }
            case "stats" -> {
                none(words);
                yield each(meant, Served::text);
            }
            case "trace" -> trace(meant, words);
            default -> each(meant, one -> operate(one.device(), command, words));
        };
    }

    private static String injected(int count) {
        return count == 1 ? "the fault is injected" : count + " faults are injected";
    }

    private static String cleared(SimDevice device) {
        device.faults().clear();
        return "there are no faults any more";
    }

    private static String removed(SimDevice device) {
        device.remove();
        return "pulled out: it reads as all ones, until netdev serve is started again";
    }

    private String link(List<Served> meant, String state) {
        if (!state.equals("up") && !state.equals("down")) {
            throw new IllegalArgumentException("up or down? \"" + state + "\" is neither");
        }
        return each(meant, one -> {
            one.cable().plug(state.equals("up"));
            return "the plug is " + (state.equals("up") ? one.cable().linkUp() ? "in: the link is up"
                : "in, but the wire has no far end"
                : "out: the link is down");
        });
    }

    private String trace(List<Served> meant, List<String> words) {
        if (words.size() == 2 && words.getFirst().equals("on")) {
            words.removeFirst();
        }
        String file = only(words, "to which file? or off");
        boolean off = file.equals("off");
        if (!off && meant.size() > 1) {
            throw new IllegalArgumentException("of which device? as trace 1 " + file);
        }
        return each(meant, one -> {
            one.device().trace().close();
            if (!off) {
                one.device().trace().toFile(Path.of(file));
            }
            return off ? "the trace is off" : "the trace goes to " + file;
        });
    }

    private static String operate(SimDevice device, String command, List<String> words) {
        if (!(device.model() instanceof Operable model) || model.operations().stream().noneMatch(o ->
            o.name().equals(command))) {
            throw new IllegalArgumentException("a device of kind " + device.model().name() + " does not know that");
        }
        String[] answer = new String[1];
        RuntimeException[] refused = new RuntimeException[1];
        device.exclusively(() -> {
            try {
                answer[0] = model.operate(command, words);
            } catch (RuntimeException e) {
                refused[0] = e;
            }
        });
        if (refused[0] != null) {
            throw refused[0];
        }
        return answer[0];
    }

    /** All that can be said, with what the models know. */
    private Map<String, Operation> known() {
        Map<String, Operation> all = new LinkedHashMap<>(OWN);
        for (Served each : devices) {
            if (each.device().model() instanceof Operable model) {
                model.operations().forEach(operation -> all.putIfAbsent(operation.name(), operation));
            }
        }
        return all;
    }

    private void requireKnown(String command) {
        if (!known().containsKey(command)) {
            throw new IllegalArgumentException("there is no such command; there are " + String.join(", ",
                new TreeSet<>(known().keySet()))
                + Suggest.didYouMean(command, known().keySet()));
        }
    }

    private String help() {
        StringJoiner lines = new StringJoiner("\n");
        lines.add("COMMAND [DEVICE] ..., with the number or name of a device; without it all are meant");
        known().values().forEach(each -> lines.add(String.format("  %-32s %s", (each.name() + " "
            + each.arguments()).strip(),
            each.description())));
        return lines.toString();
    }

    /** Takes the device from the front, if one stands there. */
    private List<Served> meant(List<String> words) {
        if (words.isEmpty()) {
            return devices;
        }
        String first = words.getFirst();
        List<Served> found = devices.stream().filter(each -> first.equals(String.valueOf(each.number()))
            || first.equals(each.device().name())).toList();
        if (!found.isEmpty()) {
            words.removeFirst();
            return found;
        }
        if (first.matches("[0-9]+")) {
            throw new IllegalArgumentException("there is no device " + first + "; there " + (devices.size() == 1 ? "is 1"
                : "are 1 to " + devices.size()));
        }
        return devices;
    }

    private static String only(List<String> words, String question) {
        if (words.size() != 1) {
            throw new IllegalArgumentException(words.isEmpty() ? question : "one word is enough: \"" + String.join(" ",
                words) + "\"");
        }
        return words.getFirst();
    }

    private static void none(List<String> words) {
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("takes nothing but a device: \"" + words.getFirst() + "\"");
        }
    }

    /** With several devices the answer says whose it is. */
    private String each(List<Served> meant, Function<Served, String> what) {
        StringJoiner lines = new StringJoiner("\n");
        for (Served one : meant) {
            String said = what.apply(one);
            lines.add(devices.size() == 1 ? said : one.label() + ": " + said.replace("\n", "\n" + one.label() + ": "));
        }
        return lines.toString();
    }
}
