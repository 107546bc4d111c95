package snippets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;

/** The code of the documents does what the documents say. */
@Timeout(30)
class SnippetsTest {
    private static final byte[] BROADCAST =
        new PacketBuilder(MacAddress.parse("02:00:00:00:00:01"), MacAddress.BROADCAST).payload(new byte[46]).bytes();

    @TempDir
    private Path directory;

    private static void send(NetDev dev) {
        NetBuf packet = dev.rxQueue(0).pool().allocate();
        packet.setLength(BROADCAST.length);
        packet.copyFrom(0, BROADCAST, 0, BROADCAST.length);
        assertEquals(1, dev.txQueue(0).transmit(new NetBuf[] {packet}, 0, 1) & 0xffff);
    }

    @Test
    void tenLines_run() {
        AtomicInteger turns = new AtomicInteger();
        TenLines.reflect("example:", () -> turns.incrementAndGet() < 100);
        assertEquals(100, turns.get());
    }

    @Test
    void decorated_writesBothFiles() {
        StringBuilder trace = new StringBuilder();
        Path file = directory.resolve("x.pcapng");
        try (NetDev dev = Decorated.open("example:", file.toString(), trace)) {
            dev.configure(DeviceConfig.queues(1));
            dev.start();
            send(dev);
        }
        assertTrue(file.toFile().length() > BROADCAST.length);
        assertTrue(trace.toString().contains("start() ok, RUNNING"), trace.toString());
    }

    /** Each Java block of the documents that names its file stands there, line by line. */
    @Test
    void documents_showCodeThatIsCompiled() throws Exception {
        Path root = root();
        int blocks = 0;
        for (String document : List.of("docs/spi.md", "docs/add-a-backend.md", "README.md")) {
            blocks += check(root, document, Files.readAllLines(root.resolve(document)));
        }
        assertTrue(blocks >= 6, "blocks found: " + blocks);
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve("docs/spi.md"))) {
            here = here.getParent();
        }
        Assumptions.assumeTrue(here != null, "the documents are not here: the module is built outside its repository");
        return here;
    }

    private static int check(Path root, String document, List<String> lines) throws Exception {
        int blocks = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```java")) {
                continue;
            }
            String mark = lines.get(i - 1);
            assertTrue(mark.startsWith("<!-- ") && mark.endsWith(" -->"), document + ":" + i
                + ": a block that names no file");
            int end = i + 1;
            while (!lines.get(end).equals("```")) {
                end++;
            }
            String shown = flat(lines.subList(i + 1, end));
            String file = mark.substring(5, mark.length() - 4);
            String real = flat(Files.readAllLines(root.resolve(file)));
            assertTrue(real.contains(shown), document + ":" + (i + 1) + ": not in " + file + ":\n" + shown);
            blocks++;
        }
        return blocks;
    }

    private static String flat(List<String> lines) {
        StringBuilder text = new StringBuilder("\n");
        lines.forEach(line -> text.append(line.strip()).append('\n'));
        return text.toString();
    }
}
