package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files as a Linux of the lab's has them. */
class InterfaceUseTest {
    @TempDir
    private Path root;

    private List<String> reasons(String name) {
        return new InterfaceUse(new KernelFiles(root), n -> List.of()).reasons(name);
    }

    private void file(String path, String text) {
        FakeSysfs.write(root.resolve(path), text);
    }

    @Test
    void reasons_areNone_forAnInterfaceThatIsMerelyUp() {
        file("proc/net/route", """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
            """);
        file("proc/net/ipv6_route", """
            fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth1
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
            """);
        file("proc/net/if_inet6", "fe80000000000000004201fffe000001 02 40 20 80     eth1\n");
        file("proc/net/packet", "sk       RefCnt Type Proto  Iface R Rmem   User   Inode\nffff 3 3 0003 2 1 0 0 99\n");
        file("sys/class/net/eth1/ifindex", "3\n");

        assertEquals(List.of(), reasons("eth1"));
        assertEquals(List.of("carries the default route"), reasons("eth0"));
        assertEquals(List.of(), reasons("lo"), "a default route that rejects carries nothing");
    }

    @Test
    void reasons_nameRoutesAddressesAndSockets() {
        file("proc/net/ipv6_route", """
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1
            """);
        file("proc/net/if_inet6", "20010db8000000000000000000000005 03 40 00 80     eth1\n");
        file("proc/net/packet", "sk RefCnt Type Proto Iface R Rmem User Inode\nffff 3 3 0003 3 1 0 0 99\n");
        file("sys/class/net/eth1/ifindex", "3\n");

        assertEquals(List.of("carries the IPv6 default route", "has the address 2001:db8:0:0:0:0:0:5",
            "has a packet socket on it (as of tcpdump, dhclient or lldpd)"), reasons("eth1"));
    }

    @Test
    void reasons_nameWhatIsBuiltOnIt() throws Exception {
        file("sys/class/net/eth1/ifindex", "3\n");
        Files.createSymbolicLink(root.resolve("sys/class/net/eth1/master"), Path.of("../br0"));
        Files.createSymbolicLink(root.resolve("sys/class/net/eth1/upper_br0"), Path.of("../br0"));
        Files.createSymbolicLink(root.resolve("sys/class/net/eth1/upper_vlan5"), Path.of("../vlan5"));

        assertEquals(List.of("is a port of br0", "carries vlan5"), reasons("eth1"));
    }
}
