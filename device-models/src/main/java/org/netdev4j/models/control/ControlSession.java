package org.netdev4j.models.control;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.netdev4j.models.control.ControlException.Code;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.PlatformException;

/** One client of the control channel, from its first message to its last. For one thread, except {@link #stop}. */
final class ControlSession implements Runnable {
    private static final byte[] NOTHING = {};
    private static final long SHORTEST_FLAP_NANOS = 10_000;
    private static final int MOST_LINES = 10_000;
    private static final int MOST_KEYS = 100;

    private final MessageStream stream;
    private final List<ControlledDevice> devices;
    private final Consumer<String> log;
    private boolean welcome;
    private boolean greeted;

    ControlSession(ByteStream bytes, List<ControlledDevice> devices, Consumer<String> log) {
        this.stream = new MessageStream(bytes);
        this.devices = devices;
        this.log = log;
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            while (more && stream.next()) {
                more = handle();
            }
        } catch (IOException e) {
            log.accept("a client of the control channel was dropped: " + e.getMessage());
        } catch (RuntimeException e) {
            log.accept("a client of the control channel was dropped: " + e);
        } finally {
            releaseAll();
            stop();
        }
    }

    /** True once it has said who it is. Any thread. */
    synchronized boolean wasWelcome() {
        return greeted;
    }

    /** Ends it soon. Any thread. */
    void stop() {
        try {
            stream.close();
        } catch (IOException e) {
            log.accept("a client of the control channel could not be closed: " + e.getMessage());
        }
    }

    private void releaseAll() {
        for (ControlledDevice each : devices) {
            try {
                each.release(this);
            } catch (RuntimeException e) {
                log.accept("after a client of the control channel: " + e.getMessage());
            }
        }
    }

    private boolean handle() throws IOException {
        if (stream.type() == Protocol.HELLO) {
            return hello();
        }
        if (!welcome) {
            throw new IOException("it did not begin with HELLO");
        }
        switch (stream.type()) {
            case Protocol.FRAME -> frame();
            case Protocol.CREDIT -> credit();
            default -> {
                return request();
            }
        }
        return true;
    }

    private boolean hello() throws IOException {
        Fields fields = stream.fields();
        if (fields.s64() != Protocol.MAGIC) {
            throw new IOException("it speaks another protocol");
        }
        long nonce = fields.s64();
        int version = fields.u16();
        releaseAll();
        welcome = version == Protocol.VERSION;
        synchronized (this) {
            greeted |= welcome;
        }
        stream.send(Protocol.WELCOME, 0, stream.id(), Fields.write(out -> {
            out.writeLong(Protocol.MAGIC);
            out.writeLong(nonce);
            out.writeShort(Protocol.VERSION);
            out.writeShort(welcome ? devices.size() : 0);
            for (ControlledDevice each : welcome ? devices : List.<ControlledDevice>of()) {
                Fields.text(out, each.model());
                Fields.text(out, each.socket());
                texts(out, each.faults());
                texts(out, each.keys());
            }
        }));
        if (!welcome) {
            log.accept("a client of the control channel speaks version " + version + "; this is " + Protocol.VERSION);
        }
        return welcome;
    }

    private static void texts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeShort(texts.size());
        for (String text : texts) {
            Fields.text(out, text);
        }
    }

    private void frame() throws IOException {
        if (stream.length() <= Integer.BYTES) {
            throw new IOException("a frame without bytes");
        }
        FarCable cable = device().cable(this);
        if (cable != null && cable.epoch() == stream.epoch()) {
            // What the driver did before the frame was sent comes before it.
            device().settle();
            cable.deliver(stream.payload(), stream.length());
        }
    }

    private void credit() throws IOException {
        Fields fields = stream.fields();
        int epoch = fields.s32();
        long total = fields.s64();
        fields.end();
        FarCable cable = device().cable(this);
        if (cable != null && cable.epoch() == epoch) {
            cable.credit(total);
        }
    }

    private ControlledDevice device() throws IOException {
        if (stream.device() >= devices.size()) {
            throw new IOException("there is no device " + stream.device() + "; there are " + devices.size());
        }
        return devices.get(stream.device());
    }

    /** False after the last. */
    private boolean request() throws IOException {
        int id = stream.id();
        if (stream.type() == Protocol.BYE) {
            releaseAll();
            stream.send(Protocol.DONE, 0, id, NOTHING);
            welcome = false;
            return true;
        }
        byte[] answer;
        try {
            answer = execute(device(), stream.fields());
        } catch (ControlException e) {
            refuse(id, e.code(), e.getMessage());
            return true;
        } catch (IllegalArgumentException | PlatformException e) {
            refuse(id, Code.REFUSED, e.getMessage());
            return true;
        }
        stream.send(Protocol.DONE, stream.device(), id, answer);
        return true;
    }

    private void refuse(int id, Code code, String why) throws IOException {
        stream.send(Protocol.REFUSED, stream.device(), id, Fields.write(out -> {
            out.writeShort(code.ordinal());
            Fields.text(out, String.valueOf(why));
        }));
    }

    private byte[] execute(ControlledDevice device, Fields fields) throws IOException {
        if (stream.type() != Protocol.POWER_ON && stream.type() != Protocol.RELEASE) {
            device.settle();
        }
        return switch (stream.type()) {
            case Protocol.POWER_ON -> powerOn(device, fields);
            case Protocol.RELEASE -> {
                fields.end();
                device.release(this);
                yield NOTHING;
            }
            case Protocol.INJECT -> {
                String text = fields.text();
                fields.end();
                mine(device).faults().inject(text);
                yield NOTHING;
            }
            case Protocol.CLEAR -> {
                fields.end();
                mine(device).faults().clear();
                yield NOTHING;
            }
            case Protocol.PLACE -> {
                boolean receive = fields.flag();
                int queue = fields.s32();
                fields.end();
                mine(device);
                yield Fields.write(out -> out.writeInt(device.place(receive, queue)));
            }
            case Protocol.REMOVE -> {
                fields.end();
                mine(device).remove();
                yield NOTHING;
            }
            case Protocol.LINK -> link(device, fields);
            case Protocol.TALLY -> {
                fields.end();
                SimDevice mine = mine(device);
                yield Fields.write(out -> {
                    out.writeLong(mine.tally().mmioReads() + mine.tally().mmioWrites());
                    out.writeLong(mine.tally().configReads() + mine.tally().configWrites());
                });
            }
            case Protocol.TRACE -> {
                int lines = fields.s32();
                fields.end();
                mine(device);
                yield Fields.write(out -> Fields.text(out, device.trace(Math.clamp(lines, 0, MOST_LINES))));
            }
            case Protocol.SYNC -> {
                fields.end();
                FarCable cable = device.cable(this);
                if (cable != null) {
                    cable.passOn();
                }
                yield NOTHING;
            }
            default -> throw new IOException("there is no request " + stream.type());
        };
    }

    /** The device, if it was powered on in this session. */
    private SimDevice mine(ControlledDevice device) {
        return device.powered(this);
    }

    private byte[] powerOn(ControlledDevice device, Fields fields) throws IOException {
        int flags = fields.s32();
        int count = fields.u16();
        if ((flags & ~(Protocol.CLIENT_STAYS | Protocol.TRACED)) != 0 || count > MOST_KEYS) {
            throw new IOException("flags 0x" + Integer.toHexString(flags) + " and " + count + " keys of a power-on");
        }
        Map<String, String> keys = new LinkedHashMap<>();
        List<String> twice = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = fields.text();
            if (keys.put(key, fields.text()) != null) {
                twice.add(key);
            }
        }
        fields.end();
        if (!twice.isEmpty()) {
            throw new IllegalArgumentException("key \"" + twice.getFirst() + "\" is given twice");
        }
        device.powerOn(this, stream, stream.id(), keys, flags);
        return NOTHING;
    }

    private byte[] link(ControlledDevice device, Fields fields) throws IOException {
        boolean up = fields.flag();
        long period = fields.s64();
        fields.end();
        mine(device);
        if (period != 0 && period < SHORTEST_FLAP_NANOS) {
            throw new IllegalArgumentException("a link that changes every " + period + " ns: every " + SHORTEST_FLAP_NANOS
                + " ns at most");
        }
        device.cable(this).link(up, period);
        return NOTHING;
    }
}
