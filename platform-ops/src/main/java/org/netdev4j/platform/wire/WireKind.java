package org.netdev4j.platform.wire;

import java.util.List;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * A kind of wire that {@link Wires#open} can make, for help texts.
 *
 * @param name        what stands before the colon
 * @param locator     what stands after it, for people: {@code NAME}; empty if nothing does
 * @param description one line
 * @param options     keys of this kind, besides {@link Wires#impairments()}
 */
public record WireKind(String name, String locator, String description, List<OptionSpec> options) {
}
