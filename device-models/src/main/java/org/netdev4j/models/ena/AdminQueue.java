package org.netdev4j.models.ena;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.EnaRegister.QueueCaps;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.memory.Memory;

/**
 * The admin queue: fetches commands as the doorbell announces them, has them executed, and writes completions [AMZN
 * ena_com.c, __ena_com_submit_admin_cmd, ena_com_handle_admin_completion]. For the device's thread.
 *
 * <p>The doorbell is a count modulo 65536, the phase of an entry is 1 in the first round and turns with each. A
 * command whose phase is not the round's was announced before it was written: it is answered as malformed.
 */
final class AdminQueue {
    private static final int BATCH = 8;

    private final DeviceHost host;
    private final EnaConfig config;
    private final Registers registers;
    private final EnaTrace forms;
    private final Executor executor;
    private final AdminRequest request;
    private final Memory late = Memory.allocate("ENA model: late admin completion", AdminCompletion.BYTES);
    private final List<Late> waiting = new ArrayList<>();
    private final ArrayDeque<Late> held = new ArrayDeque<>();
    private int head;
    private int completions;
    private boolean stopped;
    private long executed;

    /** Executes a command: fills the reply's payload and returns the status. */
    @FunctionalInterface
    interface Executor {
        AdminStatus execute(AdminRequest request);
    }

    /** A completion that is not yet due. */
    private record Late(long due, byte[] entry, boolean badPhase) {
    }

    AdminQueue(DeviceHost host, EnaConfig config, Registers registers, EnaTrace forms, Executor executor) {
        this.host = host;
        this.config = config;
        this.registers = registers;
        this.forms = forms;
        this.executor = executor;
        this.request = new AdminRequest(host.dma(), config.number(EnaKey.DMA_WIDTH));
    }

    /** Forgets all: as after a reset of the device. */
    void reset() {
        waiting.clear();
        held.clear();
        head = 0;
        completions = 0;
        stopped = false;
    }

    /** Commands executed since power came. */
    long executed() {
        return executed;
    }

    boolean step() {
        if (registers.resetting()) {
            return false;
        }
        boolean worked = deliverDue();
        for (int i = 0; i < BATCH && !stopped; i++) {
            int ahead = registers.get(EnaRegister.AQ_DB) - head & 0xffff;
            if (ahead == 0 || registers.resetting()) {
                return worked;
            }
            worked = true;
            fetch(ahead);
        }
        return worked;
    }

    private void fetch(int ahead) {
        int depth = depth(EnaRegister.AQ_CAPS);
        int completionDepth = depth(EnaRegister.ACQ_CAPS);
        if (depth == 0 || completionDepth == 0 || ahead > depth) {
            stop("doorbell " + ahead + " ahead of a queue of " + depth + " and completions of " + completionDepth);
            return;
        }
        long base = registers.address(EnaRegister.AQ_BASE_LO, EnaRegister.AQ_BASE_HI);
        long iova = base + (long) (head % depth) * AdminCompletion.BYTES;
        if (!request.reaches(iova)
            || !host.dma().read(DeviceDma.Kind.CONTROL, iova, request.entry, 0, AdminCompletion.BYTES)) {
            stop("command at 0x" + Long.toHexString(iova) + " cannot be fetched");
            return;
        }
        int phase = 1 ^ (head / depth & 1);
        head = head + 1 & 0xffff;
        request.begin();
        execute(request.phase() == phase);
    }

    // Depth as the register says, or 0 if the register makes no sense: it was never written.
    private int depth(EnaRegister caps) {
        int value = registers.get(caps);
        int depth = QueueCaps.depth(value);
        return QueueCaps.entryBytes(value) == AdminCompletion.BYTES && Integer.bitCount(depth) == 1 ? depth : 0;
    }

    private void stop(String why) {
        stopped = true;
        registers.raiseStatus(DevSts.FATAL_ERROR);
        line("AQ stopped: " + why);
    }

    private void execute(boolean phaseRight) {
        int opcode = request.opcode();
        executed++;
        AdminStatus status;
        int code;
        if (!phaseRight) {
            status = AdminStatus.MALFORMED_REQUEST;
            request.say("phase of another round");
            code = status.code();
        } else if (host.faults().happens(EnaFaults.ADMIN_REFUSED, opcode)) {
            code = (int) host.faults().value() & 0xff;
            request.say("by fault plan");
        } else {
            code = executor.execute(request).code();
        }
        forms.command(request);
        trace(opcode, code);
        complete(opcode, code);
    }

    private void trace(int opcode, int code) {
        if (host.trace().enabled()) {
            AdminOpcode known = AdminOpcode.of(opcode);
            AdminStatus status = AdminStatus.of(code);
            host.trace().line("AQ " + (known == null ? "opcode " + opcode : known) + (request.detail().isEmpty() ? "" : " ")
                + request.detail() + " -> " + (status == null ? "status " + code : status));
        }
    }

    private void complete(int opcode, int code) {
        int id = request.commandId();
        if (host.faults().happens(EnaFaults.ADMIN_LOST, opcode)) {
            line("AQ completion lost by fault plan");
            return;
        }
        if (host.faults().happens(EnaFaults.ADMIN_WRONG_ID, opcode)) {
            id = (int) host.faults().value();
        }
        if (host.faults().happens(EnaFaults.ADMIN_GARBAGE, opcode)) {
            garbage();
        }
        AdminCompletion.write(request.reply, 0, id, code, 0, 0, head);
        boolean badPhase = host.faults().happens(EnaFaults.ADMIN_BAD_PHASE, opcode);
        long due = host.clock().nanoTime() + config.get(EnaKey.ADMIN_TIME);
        if (host.faults().happens(EnaFaults.ADMIN_SLOW, opcode)) {
            due += host.faults().value();
        }
        Late completion = new Late(due, request.reply.bytes(0, AdminCompletion.BYTES), badPhase);
        if (host.faults().happens(EnaFaults.ADMIN_REORDERED, opcode)) {
            held.add(completion);
            return;
        }
        waiting.add(completion);
        if (host.faults().happens(EnaFaults.ADMIN_DUPLICATE, opcode)) {
            waiting.add(completion);
        }
        // Whatever was held back follows the one that has passed it.
        held.forEach(each -> waiting.add(new Late(completion.due, each.entry, each.badPhase)));
        held.clear();
        deliverDue();
    }

    private void garbage() {
        for (int at = AdminCompletion.PAYLOAD; at < AdminCompletion.BYTES; at += 8) {
            request.reply.putLong(at, host.random().nextLong());
        }
    }

    private boolean deliverDue() {
        boolean delivered = false;
        for (int i = 0; i < waiting.size(); i++) {
            if (DeviceModel.due(host.clock(), waiting.get(i).due)) {
                write(waiting.remove(i--));
                delivered = true;
            }
        }
        return delivered;
    }

    private void write(Late completion) {
        int depth = depth(EnaRegister.ACQ_CAPS);
        if (depth == 0) {
            stop("completion queue of no depth");
            return;
        }
        int phase = 1 ^ (completions / depth & 1) ^ (completion.badPhase ? 1 : 0);
        late.copyFrom(0, completion.entry, 0, AdminCompletion.BYTES);
        late.putInt(0, late.getInt(0) & ~AdminCompletion.PHASE | (phase == 1 ? AdminCompletion.PHASE : 0));
        long iova = registers.address(EnaRegister.ACQ_BASE_LO, EnaRegister.ACQ_BASE_HI)
            + (long) (completions % depth) * AdminCompletion.BYTES;
        if (!request.reaches(iova)
            || !host.dma().writeEntry(DeviceDma.Kind.CONTROL, iova, late, 0, AdminCompletion.BYTES, 0)) {
            stop("completion at 0x" + Long.toHexString(iova) + " cannot be written");
            return;
        }
        completions = completions + 1 & 0xffff;
        registers.set(EnaRegister.ACQ_TAIL, completions);
        if (!registers.interruptMasked()) {
            host.interrupt(EnaPci.VECTOR_MANAGEMENT);
        }
    }

    private void line(String text) {
        if (host.trace().enabled()) {
            host.trace().line(text);
        }
    }

    long nextDueNanos() {
        long next = DeviceModel.NEVER;
        for (Late each : waiting) {
            next = Math.min(next, each.due);
        }
        return next;
    }

    void close() {
        request.close();
        late.close();
    }
}
