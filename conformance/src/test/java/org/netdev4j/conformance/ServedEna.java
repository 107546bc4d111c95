package org.netdev4j.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.netdev4j.models.control.ControlAddress;
import org.netdev4j.models.control.ControlServer;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;

/** Emulated ENAs as {@code netdev serve --control} serves them, in this process. */
final class ServedEna implements AutoCloseable {
    private final Path directory;
    private final Platform platform = Platform.create();
    private final List<VfioUserServer> servers = new ArrayList<>();
    private final ControlServer control;
    final List<String> said = new CopyOnWriteArrayList<>();

    ServedEna(int devices) {
        try {
            directory = Files.createTempDirectory("served");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < devices; i++) {
            servers.add(VfioUserServer.open(DeviceAddress.parse("sim:ena"), platform, Optional.empty(), socket(i), said::add));
        }
        control = ControlServer.open(ControlAddress.parse("unix:" + controlSocket()), false, servers, platform, said::add);
    }

    private Path socket(int device) {
        return directory.resolve("ena" + device);
    }

    Path controlSocket() {
        return directory.resolve("control");
    }

    /** Of the first device, for the rig. */
    String address() {
        return "vfio-user:" + socket(0) + ",control=unix:" + controlSocket();
    }

    VfioUserServer server(int device) {
        return servers.get(device);
    }

    @Override
    public void close() {
        control.close();
        servers.forEach(VfioUserServer::close);
        platform.close();
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
