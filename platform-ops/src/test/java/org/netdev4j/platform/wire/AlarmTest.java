package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;

class AlarmTest {
    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();
    private final List<Long> rung = new ArrayList<>();
    private final Alarm alarm = new Alarm(platform, "test", () -> rung.add(clock.nanoTime()));

    @Test
    void setFor_ringsAtTheEarliestInstant_once() {
        alarm.setFor(100);
        alarm.setFor(50);
        alarm.setFor(70);

        clock.advance(1000);

        assertEquals(List.of(50L), rung);
    }

    @Test
    void setFor_isFree_forInstantsNotEarlier() {
        alarm.setFor(100);
        alarm.setFor(100);
        alarm.setFor(200);

        assertEquals(1, clock.pending());
    }

    @Test
    void setFor_worksAgain_afterItRang() {
        alarm.setFor(100);
        clock.advance(100);
        alarm.setFor(20);
        clock.advance(0);
        alarm.setFor(300);
        clock.advance(1000);

        assertEquals(List.of(100L, 100L, 300L), rung);
    }

    @Test
    void close_endsIt() {
        alarm.setFor(100);
        alarm.close();
        alarm.close();
        alarm.setFor(200);
        clock.advance(1000);

        assertEquals(List.of(), rung);
        assertEquals(0, clock.pending());
    }

    @Test
    void setFor_worksInRealTime() throws InterruptedException {
        try (Platform real = Platform.create()) {
            CountDownLatch done = new CountDownLatch(3);
            Alarm[] ringing = new Alarm[1];
            ringing[0] = new Alarm(real, "real", () -> {
                done.countDown();
                ringing[0].setFor(real.clock().nanoTime() + 1_000_000);
            });
            ringing[0].setFor(real.clock().nanoTime() + 1_000_000);
            assertTrue(done.await(20, TimeUnit.SECONDS));
            ringing[0].close();
        }
    }
}
