package org.netdev4j.models.ena;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.models.device.Operable.Operation;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.models.ena.io.IoCounters;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.Units;

/** What a person can have an ENA device do and tell. For the device's thread, or while that is kept out. */
final class EnaOperations {
    static final List<Operation> ALL = List.of(
        new Operation("event", "GROUP [SYNDROME] [WORD...]", "send an event, its payload in words of 8 bytes; groups are "
            + String.join(", ", groups())),
        new Operation("reset-request", "", "ask the driver to reset the device"),
        new Operation("fatal", "", "report a fatal error, and do nothing more until reset"),
        new Operation("hints", "NAME=NUMBER...", "send hints; names are " + String.join(", ", hintNames())),
        new Operation("mac", "", "show the MAC address"),
        new Operation("registers", "", "show the registers, without a word to the driver"),
        new Operation("queues", "", "show the queues, and how far driver and device are"),
        new Operation("counters", "", "show what the device has counted since it was reset"));

    private static final int MOST_SYNDROME = 0xffff;
    private static final int MOST_WORDS = 6;

    private final EnaModel model;
    private final Registers registers;
    private final Aenq aenq;
    private final EnaIo io;

    EnaOperations(EnaModel model, Registers registers, Aenq aenq, EnaIo io) {
        this.model = model;
        this.registers = registers;
        this.aenq = aenq;
        this.io = io;
    }

    private static List<String> groups() {
        return Arrays.stream(AenqGroup.values()).map(group -> group.name().toLowerCase(Locale.ROOT)).toList();
    }

    private static List<String> hintNames() {
        return List.of("mmio-read", "watchdog", "missing-tx", "missed-tx", "admin", "netdev", "tx-sgl", "rx-sgl");
    }

    String operate(String name, List<String> arguments) {
        return switch (name) {
            case "event" -> event(arguments);
            case "reset-request" -> {
                requireNone(name, arguments);
                model.sendEvent(AenqGroup.DEVICE_REQUEST_RESET, 0);
                yield "the driver is asked to reset the device" + unlessHeard(AenqGroup.DEVICE_REQUEST_RESET);
            }
            case "fatal" -> {
                requireNone(name, arguments);
                model.failFatally();
                yield "the device reports a fatal error and does nothing more until it is reset";
            }
            case "hints" -> hints(arguments);
            case "mac" -> {
                requireNone(name, arguments);
                yield model.mac().toString();
            }
            case "registers" -> {
                requireNone(name, arguments);
                yield registers();
            }
            case "queues" -> {
                requireNone(name, arguments);
                yield io.describe();
            }
            case "counters" -> {
                requireNone(name, arguments);
                yield counters();
            }
            default -> throw new IllegalArgumentException("an ENA device does not know \"" + name + "\"");
        };
    }

    private static void requireNone(String name, List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException(name + " takes nothing: \"" + arguments.getFirst() + "\"");
        }
    }

    private String event(List<String> arguments) {
        List<String> known = groups();
        String written = arguments.isEmpty() ? "" : arguments.getFirst().toLowerCase(Locale.ROOT).replace('-', '_');
        if (!known.contains(written)) {
            throw new IllegalArgumentException("which event? " + (written.isEmpty() ? "" : "\"" + written + "\" is none; ")
                + "there are " + String.join(", ", known) + Suggest.didYouMean(written, known));
        }
        if (arguments.size() > MOST_WORDS + 2) {
            throw new IllegalArgumentException("an event has at most " + MOST_WORDS + " words: " + (arguments.size() - 2)
                + " given");
        }
        AenqGroup group = AenqGroup.values()[known.indexOf(written)];
        int syndrome = arguments.size() < 2 ? 0 : (int) number(arguments.get(1), 0, MOST_SYNDROME);
        long[] words = arguments.stream().skip(2).mapToLong(word -> number(word, Long.MIN_VALUE, Long.MAX_VALUE)).toArray();
        model.sendEvent(group, syndrome, words);
        return "event " + group + " is sent" + unlessHeard(group);
    }

    private String unlessHeard(AenqGroup group) {
        return aenq.enabled(group) ? "" : "; but the driver has not asked for events of " + group + ", and will not see it";
    }

    private static long number(String text, long least, long most) {
        if (!text.startsWith("0x")) {
            return Units.wholeNumber(text, least, most);
        }
        try {
            long value = Long.parseUnsignedLong(text.substring(2), 16);
            if (most == Long.MAX_VALUE || value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // as a number that is out of range
        }
        throw new IllegalArgumentException("\"" + text + "\": not a hexadecimal number"
            + (most == Long.MAX_VALUE ? " of up to 64 bits" : " up to 0x" + Long.toHexString(most)));
    }

    private String hints(List<String> arguments) {
        List<String> names = hintNames();
        int[] values = new int[names.size()];
        for (String each : arguments) {
            int equals = each.indexOf('=');
            int at = names.indexOf(equals < 0 ? each : each.substring(0, equals));
            if (equals < 0 || at < 0) {
                throw new IllegalArgumentException("\"" + each + "\" is no NAME=NUMBER; names are " + String.join(", ",
                    names)
                    + Suggest.didYouMean(equals < 0 ? each : each.substring(0, equals), names));
            }
            values[at] = (int) number(each.substring(equals + 1), 0, HwHints.DISABLED);
        }
        model.sendHints(new HwHints(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]));
        return "hints are sent" + unlessHeard(AenqGroup.NOTIFICATION);
    }

    private String registers() {
        Map<Integer, String> lines = new TreeMap<>();
        for (EnaRegister each : EnaRegister.values()) {
            int value = switch (each) {
                case VERSION -> Registers.VERSION;
                case CONTROLLER_VERSION -> Registers.CONTROLLER;
                default -> registers.get(each);
            };
            // What the capabilities say is made when they are read, and a read is an occasion for faults.
            if (each != EnaRegister.CAPS && each != EnaRegister.CAPS_EXT) {
                lines.put(each.offset(), String.format(Locale.ROOT, "0x%02x %-18s 0x%08x", each.offset(), each, value));
            }
        }
        return String.join("\n", lines.values());
    }

    private String counters() {
        IoCounters c = io.counters();
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("tx packets", c.txPackets);
        all.put("tx bytes", c.txBytes);
        all.put("rx packets", c.rxPackets);
        all.put("rx bytes", c.rxBytes);
        all.put("tx drops", c.txDrops);
        all.put("rx drops", c.rxDrops);
        all.put("rx overruns", c.rxOverruns);
        all.put("rx of other stations", c.rxFiltered);
        all.put("beyond allowances", c.bwInExceeded + c.bwOutExceeded + c.ppsExceeded + c.linkLocalExceeded);
        all.put("tso packets", c.tsoPackets);
        all.put("checksums filled in", c.checksums);
        all.put("malformed", c.malformed);
        all.put("bad offloads", c.badOffloads);
        all.put("DF mismatches", c.dfMismatches);
        all.put("burst violations", c.burstViolations);
        all.put("partial LLQ entries", c.partialEntries);
        all.put("DMA faults", c.dmaFaults);
        all.put("interrupts", c.interrupts);
        all.put("stray writes", c.strayWrites);
        all.put("admin commands", model.commandsExecuted());
        StringJoiner text = new StringJoiner(", ");
        all.forEach((what, count) -> {
            if (count != 0) {
                text.add(what + " " + count);
            }
        });
        return text.length() == 0 ? "nothing was counted since the device was reset" : text.toString();
    }
}
