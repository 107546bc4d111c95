package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ENA 27: transmit completions that do not come. */
class TxWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TIMEOUT = 5 * SECOND;

    private final Rig rig = new Rig();
    private final EnaTxQueue tx = rig.tx(16);
    private final TxWatch watch = tx.newWatch();
    private long now;

    @AfterEach
    void close() {
        rig.close();
    }

    private void tick() {
        now += SECOND;
        rig.context.tick(now, SECOND);
        watch.look(now, TIMEOUT);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            rig.send(tx, rig.packet(new byte[60]));
        }
    }

    private void expect(int overdue, int unpolled, long missed) {
        assertEquals(overdue, watch.overdue(), "overdue at " + now);
        assertEquals(unpolled, watch.unpolled(), "unpolled at " + now);
        assertEquals(missed, rig.context.txStats(0).missed, "missed at " + now);
    }

    @Test
    @DisplayName("ENA 27: each packet is counted once, at its time, and all of them")
    void look_countsEachPacketOnce() {
        tick();
        send(3);
        tick();
        send(2);
        for (int i = 0; i < 5; i++) {
            tick();
            expect(0, 0, 0);
        }
        tick();
        expect(3, 0, 3);
        tick();
        expect(5, 0, 5);
        tick();
        expect(5, 0, 5);
    }

    @Test
    void look_forgetsPacketsThatCompleteLate() {
        tick();
        send(3);
        for (int i = 0; i < 8; i++) {
            tick();
        }
        expect(3, 0, 3);
        rig.txDevice.complete(1);
        tx.reap(9);
        tick();
        expect(2, 0, 3);
        rig.txDevice.complete(0);
        rig.txDevice.complete(2);
        tx.reap(9);
        tick();
        expect(0, 0, 3);
    }

    @Test
    @DisplayName("ENA 27: a completion that is there is not missing, if nobody takes it")
    void look_tellsUnpolledFromOverdue() {
        tick();
        send(4);
        rig.txDevice.complete(2);
        rig.txDevice.complete(0);
        for (int i = 0; i < 8; i++) {
            tick();
        }
        expect(2, 2, 2);
    }

    @Test
    void look_seesCompletionsOfTheNextRound() {
        tick();
        for (int i = 0; i < 3; i++) {
            send(10);
            rig.txDevice.completeAll();
            tx.reap(100);
        }
        send(6);
        rig.txDevice.completeAll();
        for (int i = 0; i < 8; i++) {
            tick();
        }
        expect(0, 6, 0);
    }

    @Test
    void look_isNotFooledByAnIdThatIsUsedAgain() {
        tick();
        for (int i = 0; i < 20; i++) {
            send(15);
            rig.txDevice.completeAll();
            tx.reap(100);
            tick();
            expect(0, 0, 0);
        }
    }

    @Test
    void look_findsNothing_afterDrain() {
        tick();
        send(4);
        tx.drain();
        for (int i = 0; i < 8; i++) {
            tick();
        }
        expect(0, 0, 0);
    }
}
