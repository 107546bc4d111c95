package org.netdev4j.cli.serve;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * A device to serve, as the user said it.
 *
 * @param address of the bus {@code sim:}
 * @param socket  where
 * @param wire    what its port is plugged into, if the user said
 * @param refused what to throw for a wire that is none: names where it was written
 */
public record Offer(DeviceAddress address, Path socket, Optional<String> wire, UnaryOperator<ConfigException> refused) {
}
