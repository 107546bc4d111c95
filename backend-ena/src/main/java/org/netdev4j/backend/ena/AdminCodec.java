package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.AdminCommand.CreateCompletionQueue;
import org.netdev4j.backend.ena.AdminCommand.CreateSubmissionQueue;
import org.netdev4j.backend.ena.AdminCommand.DestroyCompletionQueue;
import org.netdev4j.backend.ena.AdminCommand.DestroySubmissionQueue;
import org.netdev4j.backend.ena.AdminCommand.GetFeature;
import org.netdev4j.backend.ena.AdminCommand.GetStatistics;
import org.netdev4j.backend.ena.AdminCommand.SetFeature;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.CreateCqReply;
import org.netdev4j.backend.ena.spec.CreateSqReply;
import org.netdev4j.platform.memory.Memory;

/** Admin commands in memory: the one place that writes them, and the one that reads their answers. */
final class AdminCodec {
    // No published driver selects between the values in force and those after a reset.
    private static final int SELECT = 0;

    private AdminCodec() {
    }

    /** Writes a command into an entry of the submission queue, the phase bit last. */
    static void encode(AdminCommand<?> command, Memory ring, long at, int id, int phase) {
        AdminEntry.start(ring, at, id, command.opcode());
        switch (command) {
            case CreateCompletionQueue create -> create.request().write(ring, at);
            case DestroyCompletionQueue destroy -> AdminEntry.destroy(ring, at, destroy.cqIndex(), 0);
            case CreateSubmissionQueue create -> create.request().write(ring, at);
            case DestroySubmissionQueue destroy -> AdminEntry.destroy(ring, at, destroy.sqIndex(), destroy.direction());
            case GetFeature<?> get -> {
                AdminEntry.feature(ring, at, get.feature(), SELECT, get.version());
                control(ring, at, get.control());
            }
            case SetFeature<?> set -> {
                AdminEntry.feature(ring, at, set.feature(), SELECT, set.version());
                set.writer().write(ring, at + AdminEntry.FEATURE_PAYLOAD);
                control(ring, at, set.control());
            }
            case GetStatistics<?> get -> {
                get.request().write(ring, at);
                if (get.control().length() > 0) {
                    AdminEntry.unmarkedControl(ring, at, get.control().iova(), get.control().length());
                }
            }
        }
        AdminEntry.publish(ring, at, phase);
    }

    private static void control(Memory ring, long at, ControlBuffer buffer) {
        if (buffer.length() > 0) {
            AdminEntry.control(ring, at, buffer.iova(), buffer.length());
        }
    }

    /** Reads the answer to a command that succeeded. */
    @SuppressWarnings("unchecked")
    static <R> R decode(AdminCommand<R> command, Memory from, long at) {
        long payload = at + AdminCompletion.PAYLOAD;
        // Each command names the type of its answer; the compiler does not follow it through the switch.
        return (R) switch (command) {
            case CreateCompletionQueue create -> CreateCqReply.read(from, at);
            case CreateSubmissionQueue create -> CreateSqReply.read(from, at);
            case DestroyCompletionQueue destroy -> Boolean.TRUE;
            case DestroySubmissionQueue destroy -> Boolean.TRUE;
            case GetFeature<?> get -> get.reader().read(from, payload);
            case SetFeature<?> set -> set.reader().read(from, payload);
            case GetStatistics<?> get -> get.reader().read(from, payload);
        };
    }
}
