package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsymmetricBarrierTest {
    private static final VarHandle X;
    private static final VarHandle Y;

    static {
        try {
            X = MethodHandles.lookup().findVarHandle(AsymmetricBarrierTest.class, "x", int.class);
            Y = MethodHandles.lookup().findVarHandle(AsymmetricBarrierTest.class, "y", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private int x;
    private int y;
    private volatile int start;
    private volatile int sawByLight;
    private volatile int done;

    @Test
    void ofTwoThreads_oneSeesTheOthersStore() throws Exception {
        Rounds rounds = new Rounds();
        Thread quick = new Thread(() -> {
            for (int round = 1;; round++) {
                for (int turn = 0; start != round;) {
                    turn = Rounds.pause(turn);
                    if (rounds.over()) {
                        return;
                    }
                }
                X.setOpaque(this, round);
                AsymmetricBarrier.light();
                sawByLight = (int) Y.getOpaque(this);
                done = round;
            }
        }, "quick");
        quick.start();
        int neither = 0;
        while (rounds.again(200_000)) {
            int round = rounds.played();
            start = round;
            Y.setOpaque(this, round);
            AsymmetricBarrier.heavy();
            int saw = (int) X.getOpaque(this);
            for (int turn = 0; done != round;) {
                turn = Rounds.pause(turn);
            }
            neither += saw != round && sawByLight != round ? 1 : 0;
        }
        quick.join();

        assertEquals(0, neither, "of " + rounds.played());
    }
}
