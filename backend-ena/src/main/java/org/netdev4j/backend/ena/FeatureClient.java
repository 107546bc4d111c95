package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.backend.ena.AdminCommand.ControlBuffer;
import org.netdev4j.backend.ena.AdminCommand.GetFeature;
import org.netdev4j.backend.ena.AdminCommand.Reader;
import org.netdev4j.backend.ena.AdminCommand.SetFeature;
import org.netdev4j.backend.ena.AdminCommand.Writer;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.FeatureId;

/**
 * Gets and sets features. One that the device's attributes do not list is not asked for [AMZN ena_com.c,
 * ena_com_check_supported_feature_id].
 */
final class FeatureClient {
    private static final Reader<Boolean> NOTHING = (from, at) -> true;

    private final AdminQueue queue;
    private final DeviceAttributes attributes;

    FeatureClient(AdminQueue queue, DeviceAttributes attributes) {
        this.queue = queue;
        this.attributes = attributes;
    }

    /** What the device is: the one question that every device answers. */
    static DeviceAttributes attributes(AdminQueue queue) {
        return queue.execute(new GetFeature<>(FeatureId.DEVICE_ATTRIBUTES, 0, ControlBuffer.NONE, DeviceAttributes::read));
    }

    boolean has(FeatureId feature) {
        return attributes.has(feature);
    }

    /** A feature that the device must have. */
    <R> R get(FeatureId feature, int version, Reader<R> reader) {
        return get(feature, version, ControlBuffer.NONE, reader);
    }

    /** The same, with memory for what does not fit the answer. */
    <R> R get(FeatureId feature, int version, ControlBuffer control, Reader<R> reader) {
        require(feature);
        return queue.execute(new GetFeature<>(feature, version, control, reader));
    }

    /** A feature that the device may lack; nothing but that it lacks it is taken for an answer. */
    <R> Optional<R> find(FeatureId feature, int version, Reader<R> reader) {
        return find(feature, version, ControlBuffer.NONE, reader);
    }

    /** The same, with memory for what does not fit the answer. */
    <R> Optional<R> find(FeatureId feature, int version, ControlBuffer control, Reader<R> reader) {
        if (!has(feature)) {
            return Optional.empty();
        }
        try {
            return Optional.of(queue.execute(new GetFeature<>(feature, version, control, reader)));
        } catch (AdminFailure e) {
            if (e.kind() == AdminFailure.Kind.UNSUPPORTED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void set(FeatureId feature, int version, Writer writer) {
        set(feature, version, ControlBuffer.NONE, writer, NOTHING);
    }

    void set(FeatureId feature, int version, ControlBuffer control, Writer writer) {
        set(feature, version, control, writer, NOTHING);
    }

    /** Sets a feature and reads what the device says to it. */
    <R> R set(FeatureId feature, int version, ControlBuffer control, Writer writer, Reader<R> reader) {
        require(feature);
        return queue.execute(new SetFeature<>(feature, version, control, writer, reader));
    }

    private void require(FeatureId feature) {
        if (!has(feature)) {
            throw new AdminFailure(AdminFailure.Kind.UNSUPPORTED, "the device has no feature " + feature);
        }
    }
}
