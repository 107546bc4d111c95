package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateCqReply;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.CreateSqReply;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.GetStats;
import org.netdev4j.platform.memory.Memory;

/**
 * What the device can be told by its admin queue. {@link AdminCodec} writes and reads them.
 *
 * @param <R> the answer
 */
sealed interface AdminCommand<R> {
    AdminOpcode opcode();

    /** For messages: {@code GET_FEATURE MTU}. */
    default String text() {
        return opcode().toString();
    }

    /** Reads a payload. */
    @FunctionalInterface
    interface Reader<R> {
        R read(Memory from, long at);
    }

    /** Writes a payload into zeroed memory. */
    @FunctionalInterface
    interface Writer {
        void write(Memory to, long at);
    }

    /** Memory of the driver's that goes with a command. */
    record ControlBuffer(long iova, int length) {
        /** Everything is in the command itself. */
        static final ControlBuffer NONE = new ControlBuffer(0, 0);
    }

    record CreateCompletionQueue(CreateCq request) implements AdminCommand<CreateCqReply> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.CREATE_CQ;
        }
    }

    record DestroyCompletionQueue(int cqIndex) implements AdminCommand<Boolean> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.DESTROY_CQ;
        }
    }

    record CreateSubmissionQueue(CreateSq request) implements AdminCommand<CreateSqReply> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.CREATE_SQ;
        }
    }

    record DestroySubmissionQueue(int sqIndex, int direction) implements AdminCommand<Boolean> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.DESTROY_SQ;
        }
    }

    /**
     * Asks for a feature.
     *
     * @param version of the feature, as the device knows it
     */
    record GetFeature<R>(FeatureId feature, int version, ControlBuffer control,
        Reader<R> reader) implements AdminCommand<R> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.GET_FEATURE;
        }

        @Override
        public String text() {
            return opcode() + " " + feature;
        }
    }

    /** Sets a feature. */
    record SetFeature<R>(FeatureId feature, int version, ControlBuffer control, Writer writer, Reader<R> reader)
        implements AdminCommand<R> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.SET_FEATURE;
        }

        @Override
        public String text() {
            return opcode() + " " + feature;
        }
    }

    /** Asks for statistics. */
    record GetStatistics<R>(GetStats request, ControlBuffer control, Reader<R> reader) implements AdminCommand<R> {
        @Override
        public AdminOpcode opcode() {
            return AdminOpcode.GET_STATS;
        }

        @Override
        public String text() {
            return opcode() + " " + request;
        }
    }
}
