package org.netdev4j.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.EchoApp;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers ping. */
@Command(name = "echo", mixinStandardHelpOptions = true,
    description = "Answer ARP, ICMP and ICMPv6 echo, and neighbour solicitations: a host to be pinged.",
    footer = {"", "Fragments are counted and not answered: what is to be answered must fit the MTU."})
final class EchoCommand extends AppCommand {
    @Option(names = "--ip", paramLabel = "ADDRESS[/PREFIX]",
        description = "an address to have, IPv4 or IPv6; may be repeated. An IPv6 link-local one, made of the MAC, is there always")
    private List<String> ip = new ArrayList<>();

    @Override
    void collect() {
        given(Keys.ECHO_IP, ip.isEmpty() ? null : String.join(",", ip), "--ip");
    }

    @Override
    List<DeviceSpec> devices(Config config) {
        return List.of(device(config, Keys.ECHO_DEVICE));
    }

    @Override
    App open(Config config, DeviceOpener opener) {
        return EchoApp.start(opener.open(devices(config).getFirst()), config);
    }
}
