package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.memory.MemoryBackings;
import org.slf4j.LoggerFactory;

/** A client of a scripted server. After each test no socket, no event and no memory is left. */
@OnLinux
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ClientFixture {
    @TempDir
    private Path dir;

    private final Logger logger = (Logger) LoggerFactory.getLogger(VfioUserBus.class.getPackageName());
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };
    private long before;
    Platform platform;
    ScriptedServer server;
    Path socket;

    @BeforeEach
    void listen() {
        platform = Platform.builder().backing(MemoryBackings.memfd()).build();
        before = Descriptors.openSocketsAndEvents();
        socket = dir.resolve("s");
        server = new ScriptedServer(socket);
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void nothingIsLeft() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        server.close();
        assertEquals(List.of(), platform.dma().live());
        platform.close();
        assertEquals(before, Descriptors.openSocketsAndEvents());
    }

    PciFunction attach(String... options) {
        String address = "vfio-user:" + socket + (options.length == 0 ? "" : "," + String.join(",", options));
        return (PciFunction) new VfioUserBus().attach(DeviceAddress.parse(address), platform, Optional.empty());
    }

    /** Attaching fails with one line that has these words, long before anybody loses patience. */
    void assertRefused(String... words) {
        assertRefusedWithin("30s", words);
    }

    /** Attaching fails with one line that has these words, perhaps because so much time has passed. */
    void assertRefusedWithin(String timeout, String... words) {
        String message = assertThrows(PlatformException.class, () -> attach("timeout=" + timeout).close()).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
        assertTrue(message.startsWith("vfio-user:" + socket), message);
        assertFalse(message.contains("\n"), message);
    }

    /** The log has a line with these words. Waits for it. */
    void assertSaid(String words) {
        until("a line with \"" + words + "\"", () -> lines.stream().anyMatch(line -> line.contains(words)));
    }

    boolean said(String words) {
        return lines.stream().anyMatch(line -> line.contains(words));
    }

    static void until(String what, BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("it never came: " + what);
            }
            Thread.onSpinWait();
        }
    }
}
