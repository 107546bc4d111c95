package org.netdev4j.models.sim;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * What an address says to the bus, checked; and what is left for the model.
 *
 * @param name        of the device in this process
 * @param traceFile   where the trace goes
 * @param timed       whether its lines have times
 * @param append      whether they are added to what is in the file
 * @param forms       whether only forms are written there
 * @param registers   whether every register access is a line
 * @param accountingFile where to write what it cost, when it is unplugged
 * @param faults      as {@link org.netdev4j.models.device.Faults} reads them
 * @param vectors     most interrupt vectors that are granted
 * @param addressBits of DMA
 * @param model       keys of the model
 */
record SimOptions(Optional<String> name, OptionalLong seed, Optional<String> traceFile, boolean timed,
                  boolean append, boolean forms, boolean registers, Optional<String> accountingFile, Optional<String> faults,
                  int vectors, int addressBits, Map<String, String> model) {
    private static final int MOST_VECTORS = 2048;
    private static final int STANDARD_ADDRESS_BITS = 48;
    private static final int LEAST_ADDRESS_BITS = 32;
    private static final String BOOLEAN = "true|false";

    private static final List<OptionSpec> SPECS = List.of(
        new OptionSpec("name", "text", "sim:MODEL#NUMBER", "name of the device in this process"),
        new OptionSpec("seed", "whole number", "random", "decides all that the device does by chance"),
        new OptionSpec("trace", "file", "no trace", "where to write down what driver and device say"),
        new OptionSpec("trace-time", BOOLEAN, "false", "with times, in seconds since the device was plugged in"),
        new OptionSpec("trace-append", BOOLEAN, "false", "added to what is in the file"),
        new OptionSpec("trace-forms", BOOLEAN, "false", "only the lines that tell of which forms the driver makes use"),
        new OptionSpec("trace-registers", BOOLEAN, "false", "with every register access"),
        new OptionSpec("accounting", "file", "no report", "where to write what crossed the bus for a packet, when all is over"),
        new OptionSpec("faults", "FAULT[+FAULT]...", "none",
            "what goes wrong, each NAME[@PLACE][:KEY=VALUE]... with the keys skip, count, p, after, until, value"),
        new OptionSpec("vectors", "0-" + MOST_VECTORS, String.valueOf(MOST_VECTORS),
            "most interrupt vectors that are granted"),
        new OptionSpec("address-bits", LEAST_ADDRESS_BITS + "-64", String.valueOf(STANDARD_ADDRESS_BITS),
            "address bits of the device's DMA"));

    /** For {@link org.netdev4j.platform.bus.Bus#options()}. */
    static List<OptionSpec> specs() {
        return SPECS;
    }

    /**
     * Reads an address.
     *
     * @param model keys that the model takes
     * @throws BadAddressException naming key, value and what is allowed
     */
    static SimOptions parse(DeviceAddress address, List<OptionSpec> model) {
        Map<String, String> rest = new LinkedHashMap<>(address.options());
        Map<String, String> own = new HashMap<>();
        SPECS.forEach(spec -> {
            if (rest.containsKey(spec.key())) {
                own.put(spec.key(), rest.remove(spec.key()));
            }
        });
        List<String> known = model.stream().map(OptionSpec::key).toList();
        for (String key : rest.keySet()) {
            if (!known.contains(key)) {
                throw new BadAddressException(address.toString(), "sim:" + address.locator() + " takes no key \"" + key
                    + "\""
                    + (known.isEmpty() ? "" : "; it takes " + String.join(", ", known)) + Suggest.didYouMean(key, known));
            }
        }
        Reader read = new Reader(address, own);
        return new SimOptions(
            read.text("name"),
            read.key("seed", OptionalLong.empty(),
                t -> OptionalLong.of(Units.wholeNumber(t, Long.MIN_VALUE, Long.MAX_VALUE))),
            read.text("trace"),
            read.key("trace-time", false, SimOptions::yesOrNo),
            read.key("trace-append", false, SimOptions::yesOrNo),
            read.key("trace-forms", false, SimOptions::yesOrNo),
            read.key("trace-registers", false, SimOptions::yesOrNo),
            read.text("accounting"),
            read.text("faults"),
            read.key("vectors", MOST_VECTORS, t -> (int) Units.wholeNumber(t, 0, MOST_VECTORS)),
            read.key("address-bits", STANDARD_ADDRESS_BITS, t -> (int) Units.wholeNumber(t, LEAST_ADDRESS_BITS, Long.SIZE)),
            rest);
    }

    private static boolean yesOrNo(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\": not true or false");
        };
    }

    private record Reader(DeviceAddress address, Map<String, String> options) {
        <T> T key(String key, T standard, Function<String, T> parse) {
            try {
                return options.containsKey(key) ? parse.apply(options.get(key)) : standard;
            } catch (IllegalArgumentException e) {
                throw new BadAddressException(address.toString(), key + "=" + e.getMessage());
            }
        }

        Optional<String> text(String key) {
            return key(key, Optional.<String>empty(), text -> {
                if (text.isBlank()) {
                    throw new IllegalArgumentException("\"" + text + "\": nothing is written");
                }
                return Optional.of(text);
            });
        }
    }
}
