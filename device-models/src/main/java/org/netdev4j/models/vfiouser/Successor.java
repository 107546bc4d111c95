package org.netdev4j.models.vfiouser;

import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.platform.bus.DeviceAddress;

/** How a device is asked for that comes after another of the same address, while that one is still there. */
final class Successor {
    private Successor() {
    }

    /** Without the name, which the one before has; and its trace goes on in the same file. */
    static DeviceAddress of(DeviceAddress address) {
        Map<String, String> options = new LinkedHashMap<>(address.options());
        options.remove("name");
        if (options.containsKey("trace")) {
            options.put("trace-append", "true");
        }
        return new DeviceAddress(address.scheme(), address.locator(), options);
    }
}
