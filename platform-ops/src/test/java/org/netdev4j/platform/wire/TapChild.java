package org.netdev4j.platform.wire;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;

/** A program that opens the TAP given as argument, says how that went, and ends with its input. For tests. */
final class TapChild {
    private TapChild() {
    }

    /** @param args the address */
    public static void main(String[] args) throws IOException {
        try (WirePort wire = TapWire.open(DeviceAddress.parse(args[0]), null)) {
            System.out.println("open " + wire.name());
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (PlatformException e) {
            System.out.println(e.getMessage());
        }
    }

    /** The command that runs it, behind a wrapper if one is given. */
    static List<String> command(String address, String... wrapper) {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), TapChild.class.getName(),
            address));
        return command;
    }
}
