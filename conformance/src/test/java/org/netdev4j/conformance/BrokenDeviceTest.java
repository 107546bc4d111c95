package org.netdev4j.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.conformance.reference.Defect;
import org.netdev4j.conformance.reference.LeftBehind;

/**
 * Each device that is wrong on purpose is caught, by the case that should catch it, with words that say what is wrong.
 */
class BrokenDeviceTest {
    private static final int RANDOM_RUNS = 100;
    // Cases that need minutes, which only virtual time has.
    private static final Set<String> VIRTUAL = Set.of("LC-040", "CF-030", "HO-027");

    @AfterEach
    void endThreads() {
        LeftBehind.end();
    }

    // defect; case that must catch it; what it must say; cases that have nothing to do with it and must pass
    @ParameterizedTest(name = "{0} is caught by {1}")
    @CsvSource(delimiter = ';', value = {
        "DROPS_EVERY_100TH; RX-003; those between are lost or late; FI",
        "DUPLICATES; RX-003; once more, or late; FI-001 TX-001",
        "DUPLICATES; TX-003; came in its place; EV-00?",
        "REORDERS; RX-003; in place of received packet 3 of 32 came packet 4; FI-001 TX-001",
        "CORRUPTS_ONE_BYTE; RX-002; byte 1000 is 0x; FI-001 TX-001",
        "PADS_WITH_GARBAGE; TX-027; it has 60 bytes, should have 14; FI-001 TX-001",
        "LEAKS_BUFFER_ON_STOP; LC-010; while the application holds one is 2, should be 1; CF-004",
        "LEAKS_DMA_MEMORY; LC-001; left DMA memory \"registers\" (4096 bytes) behind; ",
        "LEAKS_THREAD; LC-001; threads still run after close(): reference leaked; ",
        "HANGS; RX-001; RX-001 hung: it was still running after 8000 ms, at Unsafe.park; TX-001",
        "WRONG_COUNT; TX-006; UNDERRUN is to be set if and only if; FI-001 TX-001",
        "FREES_REJECTED; TX-004; packet 15, which was not taken, was changed; FI-001 TX-001",
        "TOUCHES_AFTER_HAND_OVER; RX-010; that the application held while others came: byte; FI-001 TX-001",
        "LOSES_BURST_BEHIND_BAD_PACKET; TX-025; that the device was given to send; FI-001 TX-001",
        "SEGMENTS_NOT_COUNTED; TX-028; came in its place; FI-001 TX-001",
        "IGNORES_MTU; RX-012; a frame was received that was sent with more than 1522 bytes; FI",
        "IGNORES_MTU; TX-023; must not be sent, but a frame of 1523 bytes came; FI-001 TX-001",
        "NEVER_SAYS_MORE; RX-005; did not say MORE; FI-001 TX-001",
        "STAYS_DRY; RX-008; the marker frame; FI-001 TX-001",
        "ZERO_LENGTH_SEGMENT; RX-020; came with an empty buffer in its chain; FI-001 TX-001",
        "WRONG_CHECKSUM_FLAG; OF-021; is flagged IP good, L4 good, should be IP good, L4 bad; CT",
        "FRAGMENT_FLAGGED; OF-023; a fragment is flagged IP good, L4 bad; FI-001 TX-001",
        "CHECKSUM_OVER_PADDING; OF-026; padding that is not zero is flagged; FI-001 TX-001",
        "UDP_ZERO_CHECKSUM; OF-005; is 0, should be 65535; FI-001 TX-001",
        "TSO_FIN_EVERYWHERE; OF-040; TCP flags of segment 0 of 2; FI-001 TX-001",
        "VLAN_LOSES_PRIORITY; OF-065; the tag told is 100, should be 8292; RS-02?",
        "RSS_NOT_PROGRAMMED; RS-001; with standard settings; OF-04?",
        "RSS_KEY_IGNORED; RS-006; hash of flow 0 with key 0 is; FI-001 TX-001",
        "FORGETS_SETTINGS_AFTER_RESET; LC-026; longer than the MTU that was set before reset(); FI-001 TX-001",
        "SECOND_START_FAILS; LC-011; start: rings are in use; CF-004",
        "PRETENDS_CAPABILITY; FI-002; a frame to another station in promiscuous mode; RX-00?",
        "BROADCAST_LOST_AFTER_PROMISCUOUS; FI-003; a broadcast after promiscuous mode; RX-00?",
        "MULTICAST_FILTER_ADDS; FI-005; the address is in the old filter only; RX-00?",
        "COUNTS_ONE_TOO_MANY; CT-002; ipackets for 7 packets is 8, should be 7; FI-001 TX-001",
        "COUNTS_WITHOUT_HEADER; CT-003; obytes for 7 packets is; FI-001 TX-001",
        "COUNTS_SEGMENTS; CT-004; opackets for 2 packets of 2 buffers each is 4, should be 2; FI",
        "COUNTERS_LOST_ON_STOP; CT-012; a counter ran backwards after stop(); FI-001 TX-001",
        "LOSES_WAKE_UP; IN-003; came before the queue was armed; CT",
        "SILENT_LINK; EV-002; an event that the link is down; IN-00?",
        "TRUSTS_COMPLETION_ID; HO-014; ArrayIndexOutOfBoundsException; FI-001 TX-001",
        "TRUSTS_COMPLETION_ID; HO-016; RefRx; FI-001 TX-001",
        "NO_WATCHDOG; HO-010; to notice that completions are missing; FI-001 TX-001",
        "NO_WATCHDOG; HO-035; to notice that keep-alive has fallen silent; FI-001 TX-001",
        "ALLOCATES_PER_PACKET; AL-001; bytes over 960 packets, in the best round; FI-001 TX-001",
        "ALLOCATES_PER_PACKET; AL-002; bytes over 960 packets, in the best round; FI-001 TX-001",
        "NOT_THREAD_SAFE; CO-002; ; FI-001 TX-001",
        "DUPLICATES; RN-001; twice; FI-001",
        "REORDERS; RN-001; is out of order or came twice; FI-001",
        "CORRUPTS_ONE_BYTE; RN-001; was not sent or is out of order; FI-001",
        "SEGMENTS_NOT_COUNTED; RN-001; of what queue; FI-001",
        "COUNTS_SEGMENTS; RN-001; packets since all was settled last; FI-001",
        "RSS_KEY_IGNORED; RN-001; receive queue of a packet of flow; FI-001",
        "TOUCHES_AFTER_HAND_OVER; RN-001; that the application held for a while; FI-001",
        "LEAKS_BUFFER_ON_STOP; RN-001; buffers in use after stop(); ",
        "TRUSTS_COMPLETION_ID; RN-002; COMPLETION_; RN-001",
        "COUNTERS_LOST_ON_STOP; CT-013; opackets; FI-001 TX-001",
        "NO_WATCHDOG; HO-027; to notice that the device is silent; FI-001 TX-001",
        "NO_WATCHDOG; HO-040; completions are missing; FI-001 TX-001",
        "FALSE_ALARM; LC-040; events of a minute without traffic; FI-001 TX-001",
        "SLOW_CONTROL; CF-030; took 9000 ms of the device's time; FI-001 TX-001",
        "REQUESTS_OF_ANOTHER_QUEUE; OF-013; its checksum or content is another's; FI-001 TX-001",
        "LONG_HEADER_CUT; TX-031; byte 96 is 0x5a; FI-001 TX-001",
        "LONG_HEADER_CUT; OF-012; frame 0 of 1 that the device was given to send: byte; FI-001 TX-001",
        "BURST_STUCK; TX-032; that the device was given to send; FI-001 TX-001",
        "TRUSTS_LENGTH; HO-023; Exception; FI-001 TX-001",
        "SAYS_IT_TWICE; HO-026; were told as 2 pieces of trouble; FI-001 TX-001",
        "LOCK_KEPT; HO-039; the table is locked; FI-001 TX-001",
        "LEAKS_ON_REFUSAL; HO-055; forgotten ring; FI-001 TX-001",
        "TRUSTS_COMPLETION_ID; HO-022; Exception; FI-001 TX-001",
        "ACCEPTS_IN_WRONG_STATE; LC-004; start() in state UNCONFIGURED should be refused; FI-001 TX-001",
    })
    @Timeout(120)
    void defect_isCaught(Defect defect, String caught, String words, String unrelated) {
        String[] patterns = (caught + (unrelated == null ? "" : " " + unrelated)).split(" ");
        boolean virtual = VIRTUAL.contains(caught);
        ConformanceOptions options = (virtual ? Runs.brokenInVirtualTime(defect) : Runs.broken(defect)).including(patterns);
        ConformanceReport report = Conformance.run(caught.startsWith("RN") ? options.withSeeds(RANDOM_RUNS) : options);
        for (CaseResult result : report.results()) {
            if (result.id().equals(caught)) {
                assertEquals(Outcome.FAILED, result.outcome(), defect + " passes " + caught);
                String reason = result.reason().replace(",", "");
                assertTrue(words == null || reason.contains(words.replace(",", "")), caught + " says: "
                    + result.reason());
            } else if (!result.reason().startsWith("needs driver ")) {
                assertEquals(Outcome.PASSED, result.outcome(), result.toString());
            }
        }
    }

    @Test
    void everyDefect_isInTheTable() throws NoSuchMethodException {
        CsvSource table = BrokenDeviceTest.class.getDeclaredMethod("defect_isCaught", Defect.class, String.class,
            String.class, String.class)
            .getAnnotation(CsvSource.class);
        Set<Defect> tested = List.of(table.value()).stream()
            .map(row -> Defect.valueOf(row.substring(0, row.indexOf(';'))))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Defect.class)));
        assertEquals(EnumSet.complementOf(EnumSet.of(Defect.NONE)), tested);
    }

    @Test
    void sameSeed_givesTheSameReport() {
        ConformanceOptions options = Runs.broken(Defect.CORRUPTS_ONE_BYTE).including("RX-002", "RX-003", "OF-021")
            .withSeed(42);
        assertEquals(withoutTimes(options), withoutTimes(options));
        assertTrue(!withoutTimes(options).equals(withoutTimes(options.withSeed(43))),
            "another seed gives other frames");
    }

    private static List<String> withoutTimes(ConformanceOptions options) {
        return Conformance.run(options).results().stream().map(CaseResult::toString).toList();
    }
}
