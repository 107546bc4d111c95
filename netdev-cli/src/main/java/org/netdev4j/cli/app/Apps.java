package org.netdev4j.cli.app;

import java.util.List;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;

/** What the applications share. */
final class Apps {
    private Apps() {
    }

    /** Makes an application and starts its devices; if anything fails the devices are closed. */
    static <A extends App> A started(List<OpenDevice> devices, Supplier<A> maker) {
        A app = null;
        boolean done = false;
        try {
            app = maker.get();
            devices.forEach(device -> device.dev().start());
            done = true;
            return app;
        } finally {
            if (!done) {
                if (app != null) {
                    app.close();
                }
                devices.forEach(OpenDevice::close);
            }
        }
    }

    /** A device with its wire, for people. */
    static String describe(OpenDevice device) {
        return device.name() + device.spec().find(Keys.WIRE).map(wire -> " (" + wire + ")").orElse("");
    }
}
