package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class UseGateTest {
    @Test
    void enter_isRefused_onceShut() {
        UseGate gate = new UseGate();
        assertTrue(gate.enter());
        gate.leave();

        assertTrue(gate.shut());

        assertFalse(gate.enter());
        assertFalse(gate.shut());
        assertFalse(gate.enter());
    }

    @Test
    void shut_waitsForWhoIsInside() throws InterruptedException {
        UseGate gate = new UseGate();
        assertTrue(gate.enter());
        Thread shutter = Thread.ofPlatform().daemon().start(gate::shut);
        while (gate.enter()) {
            gate.leave();
        }

        assertFalse(shutter.join(Duration.ofMillis(50)), "shut while somebody was inside");

        gate.leave();
        assertTrue(shutter.join(Duration.ofSeconds(10)));
    }

    @Test
    void nobodyIsInside_onceShutHasReturned() {
        for (int round = 0; round < 200; round++) {
            UseGate gate = new UseGate();
            AtomicBoolean freed = new AtomicBoolean();
            List<CompletableFuture<Boolean>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                users.add(CompletableFuture.supplyAsync(() -> {
                    boolean usedFreed = false;
                    while (gate.enter()) {
                        usedFreed |= freed.get();
                        gate.leave();
                    }
                    return usedFreed;
                }));
            }

            assertTrue(gate.shut());
            freed.set(true);

            for (CompletableFuture<Boolean> user : users) {
                assertFalse(user.join(), "used after it was freed");
            }
        }
    }

    @Test
    void releases_happenInReverse_allOfThem_andTheFirstFailureIsThrown() {
        List<String> done = new ArrayList<>();
        Releases releases = new Releases();
        releases.onClose(() -> done.add("first"));
        releases.add(() -> {
            throw new IllegalStateException("second");
        });
        releases.add(() -> {
            throw new IOException("third");
        });
        releases.onClose(() -> done.add("fourth"));

        String message = assertThrows(IllegalStateException.class, releases::close).getMessage();
        releases.close();

        assertEquals("third", message);
        assertEquals(List.of("fourth", "first"), done);
    }
}
