package org.netdev4j.models.ena;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.AenqConfig;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.DevCtl;
import org.netdev4j.backend.ena.spec.EnaRegister.QueueCaps;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.GetStats;
import org.netdev4j.backend.ena.spec.InterruptControl;
import org.netdev4j.backend.ena.spec.LlqConfig;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.backend.ena.spec.RssFunction;
import org.netdev4j.models.device.Trace;

/**
 * Writes to the trace what the driver does with registers; and in which forms it uses them and commands, a line when it does
 * so for the first time: what it says apart from addresses, sizes and ids. Any thread.
 * A look at a number if the trace is off.
 */
final class EnaTrace {
    /** Widths of writes to the doorbells of submission queues, in {@link #access}. */
    static final int DOORBELL = 0;
    /** To the interrupt registers. */
    static final int UNMASK = 4;
    /** To low-latency queues. */
    static final int LLQ = 8;

    private static final String[] ACCESSES = {"submission queue doorbell", "interrupt control", "low-latency queue"};
    private static final int CONTROL_FIRST = 16;
    private static final Pattern OS = Pattern.compile("os=(\\d+) .* spec=(\\S+) .*features=0x([0-9a-f]+) debug=(\\d+)");

    private final Trace trace;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    // A bit for each form that doorbells and their like can have. Threads that race at worst tell one twice.
    private volatile int hot;
    private volatile int session;

    EnaTrace(Trace trace) {
        this.trace = trace;
    }

    private boolean on() {
        int now = trace.session();
        if (now != session) {
            session = now;
            hot = 0;
            seen.clear();
        }
        return now != 0;
    }

    private void tell(String form) {
        if (seen.add(form)) {
            trace.line("FORM " + form);
        }
    }

    /** A write of a doorbell or the like, of {@link #DOORBELL}, {@link #UNMASK} or {@link #LLQ}. */
    void access(int what, int width) {
        int bit = 1 << what + Integer.numberOfTrailingZeros(width);
        if (on() && (hot & bit) == 0) {
            hot |= bit;
            tell("write " + ACCESSES[what / 4] + ", " + width + " bytes");
        }
    }

    /** A write to the interrupt register of a completion queue. */
    void interruptControl(int value) {
        if (!on()) {
            return;
        }
        boolean unmask = (value & InterruptControl.UNMASK) != 0;
        boolean update = (value & InterruptControl.NO_MODERATION_UPDATE) == 0;
        boolean rx = InterruptControl.rxDelay(value) != 0;
        boolean tx = InterruptControl.txDelay(value) != 0;
        int bit = 1 << CONTROL_FIRST + ((unmask ? 8 : 0) | (update ? 4 : 0) | (rx ? 2 : 0) | (tx ? 1 : 0));
        if ((hot & bit) == 0) {
            hot |= bit;
            tell("interrupt control" + (unmask ? " unmask" : "") + (update ? " update" : "") + (rx ? " rx-delay" : "") + (tx
                ? " tx-delay" : ""));
        }
    }

    /** A register is read by the driver itself. */
    void read(EnaRegister register, int width, int value) {
        if (on()) {
            tell("read " + register + ", " + width + " bytes");
            trace.line("READ " + register + " = 0x" + Integer.toHexString(value));
        }
    }

    /** A register is read through memory. */
    void readThroughMemory(EnaRegister register) {
        if (on()) {
            tell("read " + (register == null ? "no register" : register) + " through memory");
        }
    }

    /** A register is written. */
    void write(EnaRegister register, int width, int value) {
        if (!on()) {
            return;
        }
        String what = switch (register) {
            case DEV_CTL -> (value & DevCtl.DEV_RESET) == 0 ? " = 0x" + Integer.toHexString(value) : " reset, reason "
                + reason(value)
                + ((value & 0x00ff_fffe) == 0 ? "" : ", bits 0x" + Integer.toHexString(value & 0x00ff_fffe));
            case INTR_MASK -> " = 0x" + Integer.toHexString(value);
            case AQ_CAPS, ACQ_CAPS, AENQ_CAPS -> " entry=" + QueueCaps.entryBytes(value);
            default -> "";
        };
        trace.line("WRITE " + register + " = 0x" + Integer.toHexString(value) + meaning(register, value));
        tell("write " + register + ", " + width + " bytes" + what);
    }

    private static String meaning(EnaRegister register, int value) {
        if (register == EnaRegister.DEV_CTL && (value & DevCtl.DEV_RESET) != 0) {
            return " (reset, reason " + reason(value) + ")";
        }
        if (register == EnaRegister.MMIO_REG_READ) {
            EnaRegister read = EnaRegister.at(value >>> 16);
            return " (read " + (read == null ? "no register" : read) + ")";
        }
        return "";
    }

    private static String reason(int value) {
        ResetReason reason = ResetReason.of(DevCtl.reason(value));
        return reason == null ? String.valueOf(DevCtl.reason(value)) : reason.name();
    }

    /** The placement hint of a completion queue. */
    void numa(int width) {
        if (on()) {
            tell("write NUMA node of a completion queue, " + width + " bytes");
        }
    }

    /** A command that was executed. */
    void command(AdminRequest request) {
        if (!on()) {
            return;
        }
        AdminOpcode opcode = AdminOpcode.of(request.opcode());
        String name = opcode == null ? "opcode " + request.opcode() : opcode.name();
        if (opcode == AdminOpcode.GET_FEATURE || opcode == AdminOpcode.SET_FEATURE) {
            FeatureId feature = FeatureId.of(request.featureId());
            name += " " + (feature == null ? "feature " + request.featureId() : feature);
            tell("admin " + name + " v" + request.featureVersion() + header(request) + (request.select() == 0 ? ""
                : " select=" + request.select()));
            if (opcode == AdminOpcode.SET_FEATURE && feature != null) {
                payload(feature, request);
            }
        } else {
            tell("admin " + name + header(request) + (opcode == null ? "" : commandPayload(opcode, request)));
        }
    }

    private static String header(AdminRequest request) {
        int flags = AdminEntry.flags(request.entry, 0);
        return ((flags & AdminEntry.CTRL_DATA) != 0 ? " control-data" : "") + ((flags & AdminEntry.CTRL_DATA_INDIRECT) != 0
            ? " indirect" : "")
            + (request.controlLength() != 0 && request.hasControlBuffer() ? " buffer" : "");
    }

    private static String commandPayload(AdminOpcode opcode, AdminRequest request) {
        return switch (opcode) {
            case CREATE_CQ -> {
                CreateCq cq = CreateCq.read(request.entry, 0);
                boolean interrupts = (cq.caps1() & CreateCq.INTERRUPT_MODE) != 0;
                yield " words=" + (cq.entryWords() & 0x1f) + (interrupts ? " interrupts" : "")
                    + (cq.vector() == CreateCq.NO_VECTOR ? " vector=none" : "");
            }
            case CREATE_SQ -> {
                CreateSq sq = CreateSq.read(request.entry, 0);
                yield (sq.direction() == CreateSq.TX ? " TX" : " RX") + " placement=" + sq.placement() + " policy="
                    + sq.completionPolicy()
                    + " contiguous=" + (sq.caps3() & CreateSq.CONTIGUOUS);
            }
            case DESTROY_SQ -> AdminEntry.queueDirection(request.entry, 0) == CreateSq.TX ? " TX" : " RX";
            case GET_STATS -> {
                GetStats stats = GetStats.read(request.entry, 0);
                yield " type=" + stats.type() + " scope=" + stats.scope() + " queue=" + stats.queue() + " device="
                    + stats.device()
                    + (stats.type() == GetStats.TYPE_CUSTOMER_METRICS ? stats.requestedMetrics() == 0 ? " which" : " some"
                    : "");
            }
            default -> "";
        };
    }

    /** What SET_FEATURE says, each choice by itself: a driver is not to be the only one that makes it. */
    private void payload(FeatureId feature, AdminRequest request) {
        String name = "admin SET_FEATURE " + feature;
        switch (feature) {
            case AENQ_CONFIG -> {
                int groups = AenqConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD).enabledGroups();
                for (AenqGroup each : AenqGroup.values()) {
                    tellIf((groups & each.bit()) != 0, name + " group " + each);
                }
            }
            case HOST_ATTR_CONFIG -> hostAttributes(name, request.detail());
            case LLQ -> {
                LlqConfig llq = LlqConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
                tell(name + " entry=" + LlqConfig.entryBytes(llq.entrySizeEnabled()) + " descs="
                    + llq.descsBeforeHeaderEnabled()
                    + " stride=" + llq.strideEnabled() + " header=" + llq.headerLocationEnabled());
                tell(name + " acceleration=" + llq.accelFlags());
            }
            case RSS_HASH_FUNCTION -> {
                RssFunction function = RssFunction.read(request.entry, AdminEntry.FEATURE_PAYLOAD);
                tell(name + " function=" + function.selected());
                tell(name + (function.initialValue() == 0 ? " initial value 0" : " initial value"));
            }
            case RSS_HASH_INPUT, HW_TIMESTAMP, FRAG_BYPASS, PHC_CONFIG -> inDetail(name, request.detail());
            default -> {
                // All that it says is a number, an address or a place.
            }
        }
    }

    private void inDetail(String name, String detail) {
        for (String word : detail.split(" ")) {
            tellIf(word.indexOf('=') > 0, name + " " + word);
        }
    }

    private void hostAttributes(String name, String detail) {
        Matcher told = OS.matcher(detail);
        if (!told.find()) {
            return;
        }
        tell(name + " os=" + told.group(1));
        tell(name + " spec=" + told.group(2));
        int features = Integer.parseUnsignedInt(told.group(3), 16);
        List<Integer> bits = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((features >>> bit & 1) != 0) {
                bits.add(bit);
            }
        }
        bits.forEach(bit -> tell(name + " driver feature " + bit));
        tellIf(!told.group(4).equals("0"), name + " debug area");
    }

    private void tellIf(boolean so, String form) {
        if (so) {
            tell(form);
        }
    }
}
