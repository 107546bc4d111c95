package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forms of descriptors in the trace: each once, when it is used for the first time. */
class IoFormsTest {
    private static final int DF = 1 << 4;

    private final IoRig rig = new IoRig();

    @BeforeEach
    void traced() {
        rig.trace.enable(true);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private List<String> told() {
        List<String> lines = rig.trace.lines();
        rig.trace.clear();
        return lines;
    }

    @Test
    void transmit_tellsEachFormOnce() {
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.plain(1000);
        tx.send(frame, 1);
        assertEquals(List.of("FORM tx ring in the host",
            "FORM tx descriptor without a meta descriptor first last completion",
            "FORM tx offload l3=0 l4=0", "FORM tx packet one descriptor"), told());
        tx.send(frame, 2);
        assertEquals(List.of(), told());

        tx.meta(TxSide.FIRST, 0, 14, 20, 5);
        tx.data(TxSide.COMP_REQ, rig.put(Arrays.copyOfRange(frame, 0, 500)), 500, 3, DF);
        tx.data(TxSide.LAST, rig.put(Arrays.copyOfRange(frame, 500, 1000)), 500, 0, 0);
        tx.go();
        assertEquals(List.of("FORM tx meta descriptor stored l3-offset l3-length l4-length",
            "FORM tx descriptor behind a meta descriptor completion", "FORM tx later descriptors",
                "FORM tx offload l3=0 l4=0 df",
            "FORM tx packet several descriptors"), told());
    }

    @Test
    void transmit_tellsAgain_whenTheTraceBeginsAnew() {
        TxSide tx = rig.tx(64);
        tx.send(Frames.plain(60), 1);
        int forms = told().size();
        rig.trace.enable(false);
        tx.send(Frames.plain(60), 1);
        assertEquals(List.of(), told());
        rig.trace.enable(true);
        tx.send(Frames.plain(60), 1);

        assertEquals(forms, told().size());
    }
}
