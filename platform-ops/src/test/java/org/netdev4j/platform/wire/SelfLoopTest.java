package org.netdev4j.platform.wire;

import org.netdev4j.platform.Platform;

class SelfLoopTest extends WirePortContract {
    @Override
    Ends open(Platform on) {
        WirePort port = Wires.open("self:ring=256k", on);
        return new Ends(port, port);
    }
}
