package org.netdev4j.platform.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;

/** What a {@code pcap:} address says, and opening what it names. */
final class PcapOptions {
    private static final List<String> PACES = List.of("asap", "original");

    private PcapOptions() {
    }

    /** Keys of {@code pcap:} addresses. */
    static List<OptionSpec> specs() {
        return List.of(
            new OptionSpec("in", "file or -", "", "capture whose frames are received; the same as pcap:FILE"),
            new OptionSpec("out", "file or -", "", "capture of the frames that are sent"),
            new OptionSpec("format", String.join("|", CaptureFormat.labels()), "by the name of out", "format of out"),
            new OptionSpec("snaplen", "1-" + WirePort.MAX_FRAME, "whole frames", "bytes kept of a frame in out"),
            new OptionSpec("loop", "0-", "1", "how often in is received, 0 for ever"),
            new OptionSpec("pace", String.join("|", PACES), PACES.get(0), "as fast as they are taken, or as captured"));
    }

    /**
     * Opens the files.
     *
     * @throws PlatformException        if one cannot be had; nothing is left open then
     * @throws IllegalArgumentException if a value is wrong
     */
    static WirePort open(DeviceAddress address, Platform platform) {
        WireOptions options = new WireOptions(address.options());
        Optional<String> in = input(address.locator(), options.text("in"));
        Optional<String> out = options.text("out");
        if (in.isEmpty() && out.isEmpty()) {
            throw new IllegalArgumentException(
                "names no file; pcap:FILE receives the frames of one, pcap:out=FILE keeps what is sent");
        }
        boolean paced = options.choice("pace", PACES).equals("original");
        int loop = (int) options.number("loop", 1, 0, Integer.MAX_VALUE - 1);
        int snaplen = (int) options.number("snaplen", WirePort.MAX_FRAME, 1, WirePort.MAX_FRAME);
        Optional<CaptureFormat> format = options.parsed("format", CaptureFormat::ofLabel);
        Optional<CaptureOptions> writing = out.map(
            target -> CaptureOptions.of(format.orElseGet(() -> CaptureFormat.ofTarget(target))).withSnaplen(snaplen));
        if (in.isPresent()) {
            requireLoopable(in.get(), loop);
            requireDistinct(in.get(), out);
        }
        String name = in.map(from -> "pcap:" + from).orElseGet(() -> "pcap:out=" + out.orElseThrow());
        FrameSource source = in.map(from -> sourceOf(from, loop, platform)).orElseGet(FrameSource::none);
        try {
            Optional<CaptureWriter> writer = out.map(target -> CaptureWriter.create(target, writing.orElseThrow()));
            return new PcapWire(name, platform, source, paced, writer);
        } catch (PlatformException e) {
            source.close();
            throw e;
        }
    }

    private static Optional<String> input(String locator, Optional<String> key) {
        if (key.isPresent() && !locator.isEmpty()) {
            throw new IllegalArgumentException("names two inputs, " + locator + " and " + key.get() + "; there can be one");
        }
        return locator.isEmpty() ? key : Optional.of(locator);
    }

    private static FrameSource sourceOf(String from, int loop, Platform platform) {
        return CaptureInput.isFile(from) || platform.isVirtual() ? new FileSource(from, loop)
            : new PipeSource(from, platform);
    }

    private static void requireLoopable(String from, int loop) {
        boolean pipe = "-".equals(from) || Files.exists(CaptureInput.pathOf(from)) && !CaptureInput.isFile(from);
        if (loop != 1 && pipe) {
            throw new IllegalArgumentException("loop=" + loop + ": " + from + " is not a file that can be read again");
        }
    }

    /** Opening the output would empty the input before it is read. */
    private static void requireDistinct(String in, Optional<String> out) {
        if (out.isEmpty() || !CaptureInput.isFile(in) || !CaptureInput.isFile(out.get())) {
            return;
        }
        Path target = CaptureInput.pathOf(out.get());
        try {
            if (Files.isSameFile(CaptureInput.pathOf(in), target)) {
                throw new IllegalArgumentException(
                    "out=" + target + ": is the input file, which would be lost; name another");
            }
        } catch (IOException e) {
            throw new PlatformException("capture file " + target + ": cannot be written: " + CaptureInput.reason(e), e);
        }
    }
}
