package org.netdev4j.models.ena;

import java.util.EnumMap;
import java.util.Map;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.models.device.DeviceHost;

/**
 * GET_FEATURE and SET_FEATURE: finds the feature, or refuses.
 *
 * <p>A feature that this device does not have is answered as an unsupported opcode: that is the status from which the
 * drivers conclude that they have to do without [AMZN ena_com.c, ena_com_admin_status_to_errno,
 * ena_com_get_dev_attr_feat]. Which of the other statuses a device gives for what else is wrong is assumed: an
 * illegal parameter for a value or a direction that there is not, a malformed request for a control buffer that is
 * missing or too small, an unknown error for one that cannot be reached.
 */
final class Features {
    private final DeviceHost host;
    private final Map<FeatureId, Feature> features = new EnumMap<>(FeatureId.class);

    Features(DeviceHost host) {
        this.host = host;
    }

    void add(FeatureId id, Feature feature) {
        features.put(id, feature);
    }

    /** The bitmap of DEVICE_ATTRIBUTES. */
    int supported() {
        return features.keySet().stream().mapToInt(FeatureId::bit).reduce(0, (a, b) -> a | b);
    }

    void reset() {
        features.values().forEach(Feature::reset);
    }

    AdminStatus execute(AdminRequest request, boolean set) {
        FeatureId id = FeatureId.of(request.featureId());
        Feature feature = id == null ? null : features.get(id);
        request.say(id == null ? "feature " + request.featureId() : id + " v" + request.featureVersion());
        if (host.faults().happens(EnaFaults.FEATURE_REFUSED, request.featureId())) {
            AdminStatus status = AdminStatus.of((int) host.faults().value());
            return status == null || status == AdminStatus.SUCCESS ? AdminStatus.UNSUPPORTED_OPCODE : status;
        }
        if (feature == null) {
            return AdminStatus.UNSUPPORTED_OPCODE;
        }
        if (set) {
            return feature.set(request);
        }
        if (request.select() == 2) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        AdminStatus status = feature.get(request);
        if (host.faults().happens(EnaFaults.FEATURE_GARBAGE, request.featureId())) {
            for (int at = AdminCompletion.PAYLOAD; at < AdminCompletion.BYTES; at += 8) {
                request.reply.putLong(at, host.random().nextLong());
            }
        }
        return status;
    }

    /** True if the default is asked for, not what is in force. */
    static boolean wantsDefault(AdminRequest request) {
        return request.select() == AdminEntry.SELECT_DEFAULT;
    }

    /** The status for a control buffer that has been asked for. */
    static AdminStatus reached(boolean reached) {
        return reached ? AdminStatus.SUCCESS : AdminStatus.UNKNOWN_ERROR;
    }
}
