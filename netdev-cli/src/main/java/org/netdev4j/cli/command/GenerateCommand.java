package org.netdev4j.cli.command;

import java.util.List;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.GenerateApp;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends frames. */
@Command(name = "generate", mixinStandardHelpOptions = true,
    description = "Send UDP frames, or those of a capture. What comes back is counted.",
    footer = {"", "A frame's size is without FCS. A rate in bits counts the 24 bytes that a frame takes besides: preamble, FCS, gap."})
final class GenerateCommand extends AppCommand {
    @Option(names = "--size", paramLabel = "BYTES|imix", description = "bytes of a frame, 60 if not said; imix: 7 of 60, 4 of 566, 1 of 1514")
    private String size;

    @Option(names = "--rate", paramLabel = "RATE", description = "10kpps, 100Mbps, max; with --from also original")
    private String rate;

    @Option(names = "--flows", paramLabel = "N", description = "flows, which differ in source port, then in source address")
    private String flows;

    @Option(names = "--count", paramLabel = "N", description = "frames to send; without it no limit, or the whole capture")
    private String count;

    @Option(names = "--seed", paramLabel = "N", description = "from which payload and order of sizes follow")
    private String seed;

    @Option(names = "--dst-mac", paramLabel = "MAC", description = "destination")
    private String dstMac;

    @Option(names = "--src-mac", paramLabel = "MAC", description = "source; the device's if not said")
    private String srcMac;

    @Option(names = "--src-ip", paramLabel = "ADDRESS", description = "source of the first flow")
    private String srcIp;

    @Option(names = "--dst-ip", paramLabel = "ADDRESS", description = "destination")
    private String dstIp;

    @Option(names = "--src-port", paramLabel = "N", description = "source port of the first flow")
    private String srcPort;

    @Option(names = "--dst-port", paramLabel = "N", description = "destination port")
    private String dstPort;

    @Option(names = "--from", paramLabel = "FILE", description = "send the frames of a capture as they are; - for standard input")
    private String from;

    @Option(names = "--tso", paramLabel = "BYTES",
        description = "send TCP instead of UDP, of which the device makes segments with so many bytes of payload")
    private String tso;

    @Override
    void collect() {
        given(Keys.GENERATE_TSO, tso, "--tso");
        given(Keys.GENERATE_SIZE, size, "--size");
        given(Keys.GENERATE_RATE, rate, "--rate");
        given(Keys.GENERATE_FLOWS, flows, "--flows");
        given(Keys.GENERATE_COUNT, count, "--count");
        given(Keys.GENERATE_SEED, seed, "--seed");
        given(Keys.GENERATE_DST_MAC, dstMac, "--dst-mac");
        given(Keys.GENERATE_SRC_MAC, srcMac, "--src-mac");
        given(Keys.GENERATE_SRC_IP, srcIp, "--src-ip");
        given(Keys.GENERATE_DST_IP, dstIp, "--dst-ip");
        given(Keys.GENERATE_SRC_PORT, srcPort, "--src-port");
        given(Keys.GENERATE_DST_PORT, dstPort, "--dst-port");
        given(Keys.GENERATE_FROM, from, "--from");
    }

    @Override
    List<DeviceSpec> devices(Config config) {
        return List.of(device(config, Keys.GENERATE_DEVICE));
    }

    @Override
    App open(Config config, DeviceOpener opener) {
        return GenerateApp.start(opener.open(devices(config).getFirst()), config);
    }
}
