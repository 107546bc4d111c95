package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.List;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.CaptureApp;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.platform.WaitEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keeps or shows frames. */
@Command(name = "capture", mixinStandardHelpOptions = true,
    description = "Write received frames to a capture file, or show each in a line, as tcpdump -n does.")
final class CaptureCommand extends AppCommand {
    private final Console console;

    @Option(names = {"-c", "--count"}, paramLabel = "N", description = "frames, then end")
    private String count;

    @Option(names = {"-s", "--snaplen"}, paramLabel = "BYTES", description = "bytes kept of a frame")
    private String snaplen;

    @Option(names = {"-w", "--write"}, paramLabel = "FILE", description = "file, .pcap or .pcapng, or - for standard output")
    private String write;

    @Option(names = "--format", paramLabel = "FORMAT", description = "pcap, pcap-us or pcapng, whatever the file's name")
    private String format;

    @Option(names = {"-p", "--no-promiscuous-mode"}, description = "receive only what is addressed to the device")
    private boolean addressed;

    @Inject
    CaptureCommand(Console console) {
        this.console = console;
    }

    @Override
    void collect() {
        given(Keys.CAPTURE_COUNT, count, "--count");
        given(Keys.CAPTURE_SNAPLEN, snaplen, "--snaplen");
        given(Keys.CAPTURE_WRITE, write, "--write");
        given(Keys.CAPTURE_FORMAT, format, "--format");
        given(Keys.CAPTURE_PROMISCUOUS, addressed ? "off" : null, "--no-promiscuous-mode");
    }

    @Override
    List<DeviceSpec> devices(Config config) {
        return List.of(device(config, Keys.CAPTURE_DEVICE));
    }

    @Override
    App open(Config config, DeviceOpener opener) {
        WaitEvent event = opener.newEvent();
        return CaptureApp.start(opener.open(devices(config).getFirst(), queue -> event), config, console.out());
    }
}
