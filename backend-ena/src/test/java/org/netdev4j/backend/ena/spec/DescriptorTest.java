package org.netdev4j.backend.ena.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** Layouts of the data path, byte for byte as ena_eth_io_defs.h says. */
class DescriptorTest {
    @Test
    void tx_readsLiteralBytes() {
        // length 0x1234; bits 15:10 of the id are 0x2e; phase, first, last, completion wanted
        try (Memory ring = Bytes.of("34122e1d" + "9868ce93" + "efcdab89" + "67450060")) {
            int word0 = TxDescriptor.word0(ring, 0);
            int word1 = TxDescriptor.word1(ring, 0);
            assertEquals(0x1234, TxDescriptor.length(word0));
            assertEquals(0x2e << 10 | 0x93ce6898 >>> 22, TxDescriptor.reqId(word0, word1));
            assertEquals(TxDescriptor.PHASE | TxDescriptor.FIRST | TxDescriptor.LAST | TxDescriptor.COMP_REQ,
                word0 & 0x1d00_0000);
            assertEquals(ProtoIndex.L3_IPV4, TxDescriptor.l3Proto(word1));
            assertEquals(8, TxDescriptor.l4Proto(word1));
            assertEquals(0x4567_89ab_cdefL, TxDescriptor.iova(TxDescriptor.address(ring, 0)));
            assertEquals(0x60, TxDescriptor.headerLength(TxDescriptor.address(ring, 0)));
        }
    }

    @Test
    void tx_writesLiteralBytes() {
        int reqId = 0xabcd;
        String written = Bytes.written(16, ring -> TxDescriptor.write(ring, 0,
            TxDescriptor.word0(0x1234, reqId, TxDescriptor.FIRST | TxDescriptor.LAST | TxDescriptor.COMP_REQ | TxDescriptor.PHASE),
            TxDescriptor.word1(reqId, TxDescriptor.DF | TxDescriptor.TSO_EN | TxDescriptor.L3_CSUM_EN | TxDescriptor.L4_CSUM_EN
                | TxDescriptor.protocols(ProtoIndex.L3_IPV4, ProtoIndex.L4_TCP)),
            TxDescriptor.address(0x4567_89ab_cdefL, 0x60)));

        // req_id 0xabcd: bits 15:10 are 0x2a, bits 9:0 are 0x3cd
        assertEquals(Bytes.hex("3412 2a 1d" + "986c 40 f3" + "efcdab89" + "6745 00 60"), written);
    }

    @Test
    void tx_reqId_comesBackWhole() {
        for (int reqId = 0; reqId <= 0xffff; reqId++) {
            assertEquals(reqId, TxDescriptor.reqId(TxDescriptor.word0(0xffff, reqId, TxDescriptor.COMP_REQ),
                TxDescriptor.word1(reqId, TxDescriptor.L4_CSUM_PARTIAL | TxDescriptor.protocols(15, 31))));
        }
    }

    @Test
    void txMeta_writesLiteralBytes() {
        // MSS 8961 = 0x2301: bits 13:10 are 8, bits 9:0 are 0x301
        String written = Bytes.written(16, ring -> TxMetaDescriptor.write(ring, 0,
            TxMetaDescriptor.word0(8961, TxMetaDescriptor.EXT_VALID | TxMetaDescriptor.ETH_META_TYPE | TxMetaDescriptor.META_STORE
                | TxDescriptor.FIRST | TxDescriptor.PHASE),
            TxMetaDescriptor.word2(8961, 14, 20, 5)));

        assertEquals(Bytes.hex("0040 b8 05" + "00000000" + "140e 45 c0" + "00000000"), written);
    }

    @Test
    void txMeta_readsLiteralBytes() {
        try (Memory ring = Bytes.of("0040b805" + "00000000" + "140e45c0" + "00000000")) {
            int word0 = TxDescriptor.word0(ring, 0);
            int word2 = TxMetaDescriptor.word2(ring, 0);
            assertEquals(8961, TxMetaDescriptor.mss(word0, word2));
            assertEquals(14, TxMetaDescriptor.l3Offset(word2));
            assertEquals(20, TxMetaDescriptor.l3Length(word2));
            assertEquals(5, TxMetaDescriptor.l4Words(word2));
            assertEquals(TxDescriptor.META_DESC, word0 & TxDescriptor.META_DESC);
        }
    }

    @Test
    void txMeta_mss_comesBackWhole() {
        for (int mss = 0; mss <= TxMetaDescriptor.MAX_MSS; mss++) {
            assertEquals(mss, TxMetaDescriptor.mss(TxMetaDescriptor.word0(mss, TxMetaDescriptor.META_STORE),
                TxMetaDescriptor.word2(mss, 255, 255, 63)));
        }
    }

    @Test
    void txCompletion_readsLiteralBytes() {
        try (Memory ring = Bytes.of("cdab 05 01" + "0700 0910" + "8877665544332211")) {
            int word0 = TxCompletion.word0Acquire(ring, 0);
            assertEquals(0xabcd, TxCompletion.reqId(word0));
            assertEquals(TxCompletion.PHASE, word0 & TxCompletion.PHASE);
            assertEquals(0, word0 & TxCompletion.MUST_BE_ZERO);
            assertEquals(0x1009, TxCompletion.sqHeadIndex(TxCompletion.word1(ring, 0)));
            assertEquals(0x1122_3344_5566_7788L, TxCompletion.timestamp(ring, 0));
            assertEquals(word0, TxCompletion.word0(0xabcd, 5, TxCompletion.PHASE));
            assertEquals(TxCompletion.word1(ring, 0), TxCompletion.word1(7, 0x1009));
        }
    }

    @Test
    void rx_writesAndReadsLiteralBytes() {
        String literal = Bytes.hex("0008 00 1d" + "cdab 0000" + "efcdab89" + "6745 0000");
        assertEquals(literal, Bytes.written(16, ring -> RxDescriptor.write(ring, 0, RxDescriptor.words01(2048, 0xabcd,
            RxDescriptor.FIRST | RxDescriptor.LAST | RxDescriptor.COMP_REQ | RxDescriptor.PHASE), 0x4567_89ab_cdefL)));
        try (Memory ring = Bytes.of(literal)) {
            assertEquals(2048, RxDescriptor.length(RxDescriptor.word0(ring, 0)));
            assertEquals(0xabcd, RxDescriptor.reqId(ring, 0));
            assertEquals(0x4567_89ab_cdefL, RxDescriptor.iova(ring, 0));
        }
    }

    @Test
    void rx_lengthOfZero_is64KiB() {
        assertEquals(65_536, RxDescriptor.length((int) RxDescriptor.words01(65_536, 1, RxDescriptor.PHASE)));
    }

    @Test
    void rxCompletion_readsLiteralBytes() {
        // IPv4 8, one VLAN 1 << 5, TCP 12 << 8, checked 1 << 16; phase, first, last, buffer
        try (Memory ring = Bytes.of("280c 01 4d" + "ea05 3412" + "78563412" + "0300 02 00" + "0000000000000000"
            + "8877665544332211")) {
            int word0 = RxCompletion.word0Acquire(ring, 0);
            assertEquals(ProtoIndex.L3_IPV4, RxCompletion.l3Proto(word0));
            assertEquals(1, RxCompletion.vlanCount(word0));
            assertEquals(ProtoIndex.L4_TCP, RxCompletion.l4Proto(word0));
            assertEquals(RxCompletion.L4_CSUM_CHECKED, word0 & (RxCompletion.L4_CSUM_CHECKED | RxCompletion.L4_CSUM_ERR));
            assertEquals(1514, RxCompletion.length(RxCompletion.word1(ring, 0)));
            assertEquals(0x1234, RxCompletion.reqId(RxCompletion.word1(ring, 0)));
            assertEquals(0x1234_5678, RxCompletion.hash(ring, 0));
            assertEquals(2, RxCompletion.offset(ring, 0));
            assertEquals(0x1122_3344_5566_7788L, RxCompletion.timestamp(ring, 0));
            assertEquals(word0, RxCompletion.word0(8, 1, 12, RxCompletion.L4_CSUM_CHECKED | RxCompletion.PHASE
                | RxCompletion.FIRST | RxCompletion.LAST | RxCompletion.BUFFER));
            assertEquals(ring.getInt(12), RxCompletion.word3(3, 2));
        }
    }

    @Test
    void interruptControl_packsDelays() {
        int value = InterruptControl.of(20, 64, InterruptControl.UNMASK | InterruptControl.NO_MODERATION_UPDATE);
        assertEquals(0xc020_0014, value);
        assertEquals(20, InterruptControl.rxDelay(value));
        assertEquals(64, InterruptControl.txDelay(value));
        assertEquals(InterruptControl.MAX_DELAY, InterruptControl.txDelay(InterruptControl.of(0, 0x7fff, 0)));
    }

    @Test
    void regRead_andPhc_answerInLiteralBytes() {
        assertEquals(Bytes.hex("3412 5800 01000000"),
            Bytes.written(8, at -> RegReadResponse.write(at, 0, 0x1234, EnaRegister.DEV_STS.offset(), EnaRegister.DevSts.READY)));
        String phc = Bytes.written(64, at -> PhcResponse.write(at, 0, 0x1234, 0x1122_3344_5566_7788L, 50, 1));
        assertEquals("3412", phc.substring(0, 4));
        assertEquals("8877665544332211", phc.substring(16, 32));
        assertEquals("3200000001000000", phc.substring(48, 64));
    }
}
