package org.netdev4j.cli.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.ForwardApp;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.WaitEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Passes frames on. */
@Command(name = "forward", mixinStandardHelpOptions = true,
    description = "Pass on all frames between two devices, unchanged. Both receive promiscuously unless told otherwise.")
final class ForwardCommand extends AppCommand {
    @Option(names = "--checksums", arity = "0..1", fallbackValue = "on", paramLabel = "on|off",
        description = "let the one device check TCP and UDP checksums and the other make them anew; what is wrong is dropped")
    private String checksums;

    @Override
    void collect() {
        given(Keys.FORWARD_CHECKSUMS, checksums, "--checksums");
    }

    @Override
    List<DeviceSpec> devices(Config config) {
        return pair(config, Keys.FORWARD_DEVICES);
    }

    @Override
    App open(Config config, DeviceOpener opener) {
        List<DeviceSpec> specs = devices(config);
        // One thread serves the queue of the same number on both devices, and waits for either.
        Map<Integer, WaitEvent> events = new HashMap<>();
        IntFunction<WaitEvent> shared = queue -> events.computeIfAbsent(queue, q -> opener.newEvent());
        OpenDevice left = opener.open(specs.getFirst(), shared);
        boolean done = false;
        try {
            OpenDevice right = opener.open(specs.getLast(), shared);
            done = true;
            return ForwardApp.start(left, right, config);
        } finally {
            if (!done) {
                left.close();
            }
        }
    }
}
