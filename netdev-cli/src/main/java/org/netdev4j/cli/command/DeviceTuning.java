package org.netdev4j.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Key;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.DeviceResolver.Given;
import org.netdev4j.platform.Suggest;
import picocli.CommandLine.Option;

/** Options that say how a device is to be; each stands for a key of the configuration. */
class DeviceTuning {
    @Option(names = "--wire", paramLabel = "WIRE", description = "what its port is plugged into: tap:nd0, pcap:in.pcap, link:a, ...")
    private String wire;

    @Option(names = {"--driver", "--backend"}, paramLabel = "NAME", description = "driver; auto for the one that fits")
    private String driver;

    @Option(names = "--queues", paramLabel = "N", description = "receive and transmit queues")
    private String queues;

    @Option(names = "--rx-ring", paramLabel = "N", description = "descriptors of a receive ring")
    private String rxRing;

    @Option(names = "--tx-ring", paramLabel = "N", description = "descriptors of a transmit ring")
    private String txRing;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "largest IP packet")
    private String mtu;

    @Option(names = "--mac", paramLabel = "MAC", description = "MAC address")
    private String mac;

    @Option(names = "--promiscuous", paramLabel = "on|off", arity = "0..1", fallbackValue = "on",
        description = "receive frames for all addresses")
    private String promiscuous;

    @Option(names = "--interrupts", paramLabel = "on|off", arity = "0..1", fallbackValue = "on",
        description = "wait for interrupts instead of polling")
    private String interrupts;

    @Option(names = "--cpus", paramLabel = "N,...", description = "CPU of the thread that serves each queue")
    private String cpus;

    @Option(names = "--offload", paramLabel = "NAME=on|off", description = "an offload, by the name that info -k shows")
    private List<String> offloads = new ArrayList<>();

    /** What was said. */
    List<Given> given() {
        List<Given> given = new ArrayList<>();
        add(given, Keys.WIRE, wire, "--wire");
        add(given, Keys.BACKEND, driver, "--driver");
        add(given, Keys.QUEUES, queues, "--queues");
        add(given, Keys.RX_RING, rxRing, "--rx-ring");
        add(given, Keys.TX_RING, txRing, "--tx-ring");
        add(given, Keys.MTU, mtu, "--mtu");
        add(given, Keys.MAC, mac, "--mac");
        add(given, Keys.PROMISCUOUS, promiscuous, "--promiscuous");
        add(given, Keys.INTERRUPTS, interrupts, "--interrupts");
        add(given, Keys.CPUS, cpus, "--cpus");
        offloads.forEach(offload -> given.add(offload(offload)));
        return given;
    }

    private static void add(List<Given> given, Key<?> key, String text, String option) {
        if (text != null) {
            given.add(new Given(key, text, option));
        }
    }

    private static Given offload(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        List<String> known = Keys.OFFLOADS.keySet().stream().map(c -> c.featureName()).toList();
        Key<Boolean> key = Keys.OFFLOADS.entrySet().stream().filter(e -> e.getKey().featureName().equals(name))
            .map(e -> e.getValue()).findFirst().orElseThrow(() -> new ConfigException("option --offload: no offload \""
                + name + "\"" + Suggest.didYouMean(name, known) + "; there are " + String.join(", ", known)));
        return new Given(key, equals < 0 ? "on" : text.substring(equals + 1), "--offload " + name);
    }
}
