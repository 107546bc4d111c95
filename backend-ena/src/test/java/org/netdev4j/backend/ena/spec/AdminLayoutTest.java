package org.netdev4j.backend.ena.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.memory.Memory;

/** Layouts of the control path, byte for byte as ena_admin_defs.h says. */
class AdminLayoutTest {
    @Test
    void getFeature_writesLiteralBytes() {
        String written = Bytes.written(64, ring -> {
            AdminEntry.start(ring, 0, 0x5, AdminOpcode.GET_FEATURE);
            AdminEntry.control(ring, 0, 0x1234_5678_9abcL, 256);
            AdminEntry.feature(ring, 0, FeatureId.RSS_HASH_INPUT, AdminEntry.SELECT_CURRENT, 1);
            AdminEntry.publish(ring, 0, 1);
        });

        assertEquals(Bytes.hex("0500 08 05" + "00010000" + "bc9a7856 3412 0000" + "01 12 01 00" + "00".repeat(44)), written);
    }

    @Test
    void entry_readsLiteralBytes() {
        try (Memory entry = Bytes.of("0510 09 04" + "00010000" + "bc9a7856 3412 0000" + "03 0c 01 00" + "00".repeat(44))) {
            assertEquals(5, AdminEntry.commandId(entry, 0), "12 bits");
            assertEquals(AdminOpcode.SET_FEATURE.code(), AdminEntry.opcode(entry, 0));
            assertEquals(AdminEntry.CTRL_DATA_INDIRECT, AdminEntry.flags(entry, 0));
            assertEquals(256, AdminEntry.controlLength(entry, 0));
            assertEquals(0x1234_5678_9abcL, AdminEntry.controlIova(entry, 0));
            assertEquals(AdminEntry.SELECT_DEFAULT, AdminEntry.select(entry, 0));
            assertEquals(FeatureId.RSS_INDIRECTION_TABLE_CONFIG.code(), AdminEntry.featureId(entry, 0));
            assertEquals(1, AdminEntry.featureVersion(entry, 0));
        }
    }

    @Test
    void publish_setsOnlyThePhase() {
        assertEquals(Bytes.hex("0500 08 04" + "01000000"), Bytes.written(64, ring -> {
            AdminEntry.start(ring, 0, 5, AdminOpcode.GET_FEATURE);
            AdminEntry.control(ring, 0, 0, 1);
            AdminEntry.publish(ring, 0, 1);
            AdminEntry.publish(ring, 0, 0);
        }).substring(0, 16));
    }

    @Test
    void createCq_writesLiteralBytes() {
        String written = Bytes.written(64, ring -> {
            AdminEntry.start(ring, 0, 1, AdminOpcode.CREATE_CQ);
            new CreateCq(CreateCq.INTERRUPT_MODE, 4, 1024, 3, 0x1234_5678_9000L).write(ring, 0);
        });

        assertEquals(Bytes.hex("0100 03 00" + "20 04 0004" + "03000000" + "00907856 3412 0000" + "00".repeat(44)), written);
    }

    @Test
    void createSq_writesLiteralBytes() {
        String written = Bytes.written(64, ring -> {
            AdminEntry.start(ring, 0, 2, AdminOpcode.CREATE_SQ);
            CreateSq.of(CreateSq.RX, CreateSq.PLACEMENT_HOST, 7, 512, 0x1234_5678_9000L).write(ring, 0);
        });

        assertEquals(Bytes.hex("0200 01 00" + "40 00 01 01" + "0700 0002" + "00907856 3412 0000" + "00".repeat(44)), written);
        try (Memory entry = Bytes.of(written)) {
            CreateSq read = CreateSq.read(entry, 0);
            assertEquals(CreateSq.RX, read.direction());
            assertEquals(CreateSq.PLACEMENT_HOST, read.placement());
            assertEquals(CreateSq.COMPLETION_PER_DESC, read.completionPolicy());
        }
    }

    @Test
    void destroy_namesQueueAndDirection() {
        String written = Bytes.written(64, ring -> {
            AdminEntry.start(ring, 0, 2, AdminOpcode.DESTROY_SQ);
            AdminEntry.destroy(ring, 0, 0x123, CreateSq.TX);
        });

        assertEquals(Bytes.hex("0200 02 00" + "2301 20 00"), written.substring(0, 16));
        try (Memory entry = Bytes.of(written)) {
            assertEquals(0x123, AdminEntry.queueIndex(entry, 0));
            assertEquals(CreateSq.TX, AdminEntry.queueDirection(entry, 0));
        }
    }

    @Test
    void completion_writesAndReadsLiteralBytes() {
        String written = Bytes.written(8,
            at -> AdminCompletion.write(at, 0, 0x21, AdminStatus.ILLEGAL_PARAMETER.code(), AdminCompletion.PHASE, 9, 0x1234));
        assertEquals(Bytes.hex("2100 05 01" + "0900 3412"), written);
        try (Memory entry = Bytes.of(written)) {
            int word0 = AdminCompletion.word0Acquire(entry, 0);
            assertEquals(0x21, AdminCompletion.commandId(word0));
            assertEquals(AdminStatus.ILLEGAL_PARAMETER, AdminStatus.of(AdminCompletion.status(word0)));
            assertEquals(9, AdminCompletion.extendedStatus(entry, 0));
            assertEquals(0x1234, AdminCompletion.sqHeadIndex(entry, 0));
        }
    }

    @Test
    void replies_readLiteralBytes() {
        try (Memory entry = Bytes.of("0100 00 01 0000 0100" + "0300 0004" + "00300000" + "00000000" + "0c200000")) {
            assertEquals(new CreateCqReply(3, 1024, 0x3000, 0, 0x200c), CreateCqReply.read(entry, 0));
        }
        try (Memory entry = Bytes.of("0100 00 01 0000 0100" + "0500 0000" + "14100000" + "00400000" + "00000000")) {
            assertEquals(new CreateSqReply(5, 0x1014, 0x4000, 0), CreateSqReply.read(entry, 0));
        }
    }

    @Test
    void deviceAttributes_readLiteralBytes() {
        try (Memory at = Bytes.of("01000000 02000000 7e4d14fc 1c000000 30000000 40000000 0216 3e01 0203 1000 00240000")) {
            DeviceAttributes attributes = DeviceAttributes.read(at, 0);
            assertEquals(new DeviceAttributes(1, 2, 0xfc14_4d7e, 0x1c, 48, 64, MacAddress.parse("02:16:3e:01:02:03"), 16, 9216),
                attributes);
            assertEquals("01000000020000007e4d14fc1c000000300000004000000002163e010203100000240000",
                Bytes.written(DeviceAttributes.BYTES, to -> attributes.write(to, 0)));
        }
    }

    @Test
    void queues_readLiteralBytes() {
        try (Memory at = Bytes.of("01000000" + "08000000 09000000 0a000000 0b000000"
            + "00040000 00080000 00100000 00200000" + "60000000" + "1300 1100")) {
            assertEquals(new MaxQueuesExt(1, 8, 9, 10, 11, 1024, 2048, 4096, 8192, 96, 19, 17), MaxQueuesExt.read(at, 0));
        }
        try (Memory at = Bytes.of("08000000 00040000 09000000 00080000 0a000000 00020000 60000000 1300 1100")) {
            assertEquals(new MaxQueues(8, 1024, 9, 2048, 10, 512, 96, 19, 17), MaxQueues.read(at, 0));
        }
    }

    @Test
    void llq_readsLiteralBytes() {
        try (Memory at = Bytes.of("08000000 00040000" + "0100 0200" + "0300 0400" + "0500 0600" + "0700 0800" + "01 04 0002"
            + "0300 0008 00000000")) {
            assertEquals(new LlqConfig(8, 1024, 1, 2, 3, 4, 5, 6, 7, 8, 1, 4, 512, 3, 2048), LlqConfig.read(at, 0));
        }
        assertArrayEquals(new int[] {128, 192, 256, 0}, IntStream.of(1, 2, 4, 3).map(LlqConfig::entryBytes).toArray());
    }

    @Test
    void stats_readLiteralBytes() {
        StringBuilder words = new StringBuilder();
        for (int i = 1; i <= 7; i++) {
            words.append("0" + i + "00000000000010");
        }
        try (Memory at = Bytes.of(words.toString())) {
            long high = 0x10L << 56;
            assertEquals(new BasicStats(high | 1, high | 2, high | 3, high | 4, high | 5, high | 6, high | 7),
                BasicStats.read(at, 0));
        }
        assertEquals(Bytes.hex("04 01 0000 0000 ffff" + "3f00000000000000"), Bytes.written(GetStats.BYTES,
            to -> new GetStats(GetStats.TYPE_CUSTOMER_METRICS, GetStats.SCOPE_PORT, 0, GetStats.THIS_DEVICE, 0x3f)
                .write(to, 0)).substring(32));
    }

    @Test
    void rss_writesLiteralBytes() {
        byte[] key = new byte[RssKey.BYTES];
        IntStream.range(0, key.length).forEach(i -> key[i] = (byte) i);
        String written = Bytes.written(RssKey.BUFFER_BYTES, to -> RssKey.write(to, 0, key));
        assertEquals("0a00000000000000" + "27262524", written.substring(0, 24));
        try (Memory buffer = Bytes.of(written)) {
            assertArrayEquals(key, RssKey.read(buffer, 0));
            assertEquals(10, RssKey.parts(buffer, 0));
        }
        String fields = Bytes.written(RssFields.BUFFER_BYTES, to -> RssFields.write(to, 0, RssFields.UDP6, 0x3f, RssFields.L3));
        assertEquals("3f000000", fields.substring(24, 32));
        assertEquals("0c000000", fields.substring(2 * (64 + 12), 2 * (64 + 16)));
        assertEquals(Bytes.hex("0500 0800 0700 01 00 ffffffff 0200 0000"), Bytes.written(16,
            to -> new RssTableConfig(5, 8, 7, RssTableConfig.ONE_ENTRY_UPDATE, RssTableConfig.WHOLE_TABLE, 2).write(to, 0)));
    }

    @Test
    void flowRule_keepsAddressesInNetworkOrder_andPortsLittleEndian() {
        byte[] ip = new byte[16];
        ip[0] = 10;
        ip[3] = 1;
        FlowRule rule = new FlowRule(ip, new byte[16], ip, new byte[16], 80, 0xffff, 1234, 0, 0x10, 0xff);
        String written = Bytes.written(FlowRule.BYTES, to -> rule.write(to, 0));
        assertEquals("0a000001", written.substring(0, 8));
        assertEquals("5000ffffd204000010ff", written.substring(128, 148));
        try (Memory at = Bytes.of(written)) {
            assertEquals(1234, FlowRule.read(at, 0).srcPort());
        }
    }

    @Test
    void hostInfo_isReadAsWritten_andCut() {
        HostInfo info = new HostInfo(HostInfo.OS_LINUX, "x".repeat(200), 2, "6.12", 4, HostInfo.driverVersion(2, 17, 0, 0x67), 0,
            HostInfo.SPEC_VERSION, 0x0508, 8, HostInfo.DRIVER_RX_OFFSET);
        String written = Bytes.written(HostInfo.BYTES, to -> info.write(to, 0));
        assertEquals("02110067", written.substring(2 * 172, 2 * 176));
        assertEquals("0002" + "0805" + "0800", written.substring(2 * 184, 2 * 190));
        try (Memory at = Bytes.of(written)) {
            HostInfo read = HostInfo.read(at, 0);
            assertEquals("x".repeat(127), read.osDistribution());
            assertEquals("6.12", read.kernelVersion());
        }
    }

    @Test
    void aenq_writesAndReadsLiteralBytes() {
        String written = Bytes.written(64, to -> {
            AenqEntry.start(to, 0, AenqGroup.KEEP_ALIVE, 0, 1, 0x1122);
            AenqEntry.keepAlive(to, 0, 1, 2, 3);
        });
        assertEquals(Bytes.hex("0400 0000 01000000 2211000000000000" + "0100000000000000 0200000000000000 0300000000000000"),
            written.substring(0, 80));
        try (Memory at = Bytes.of(written)) {
            assertEquals(AenqGroup.KEEP_ALIVE, AenqGroup.of(AenqEntry.group(at, 0)));
            assertEquals(3, AenqEntry.rxOverruns(at, 0));
            assertEquals(AenqEntry.PHASE, AenqEntry.flagsAcquire(at, 0));
        }
    }

    @Test
    void addresses_areRefused_above48Bits() {
        assertEquals("ENA addresses have 48 bits: 0x1000000000000",
            assertThrows(IllegalArgumentException.class, () -> EnaAddress.checked(1L << 48)).getMessage());
    }

    @Test
    void codes_areFoundByNumber_orNotAtAll() {
        for (ResetReason reason : ResetReason.values()) {
            assertEquals(reason, ResetReason.of(reason.code()));
        }
        assertNull(AdminOpcode.of(5));
        assertNull(AdminOpcode.of(10));
        assertNull(AdminOpcode.of(-1));
        assertNull(FeatureId.of(9));
        assertNull(FeatureId.of(32));
        assertNull(AenqGroup.of(8));
        assertEquals(20, FeatureId.values().length);
        assertEquals(21, ResetReason.values().length);
    }
}
