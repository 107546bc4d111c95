package org.netdev4j.cli.command;

import picocli.CommandLine.Option;

/** A device of an application. What follows it is said of it, up to the next. */
final class DeviceArgs extends DeviceTuning {
    @Option(names = {"-d", "--device"}, required = true, paramLabel = "DEVICE",
        description = "address, as loopback: or pci:0000:00:06.0, or name in the configuration; the options below belong to it")
    private String device;

    String device() {
        return device;
    }
}
