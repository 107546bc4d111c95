package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames of a file, read by the thread that takes them, as often over as asked. Frames of no bytes are passed over. */
final class FileSource implements FrameSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);

    private final String file;
    private CaptureReader reader;
    private int passesLeft;
    private int pass;
    private boolean foundInPass;
    private volatile boolean waiting;
    private volatile PlatformException failure;

    /** A source without frames. */
    FileSource() {
        file = "";
    }

    /**
     * Opens a file.
     *
     * @param passes how often it is read; 0 for ever
     * @throws PlatformException if it cannot be read or is no capture file
     */
    FileSource(String file, int passes) {
        this.file = file;
        this.passesLeft = passes == 0 ? Integer.MAX_VALUE : passes;
        this.reader = CaptureReader.open(file);
        advance();
    }

    private void advance() {
        try {
            boolean found = readNext();
            while (!found && foundInPass && passesLeft > 1) {
                if (passesLeft != Integer.MAX_VALUE) {
                    passesLeft--;
                }
                reopen();
                found = readNext();
            }
            waiting = found;
        } catch (PlatformException e) {
            LOG.error("{}", e.getMessage());
            failure = e;
            waiting = false;
        }
    }

    private boolean readNext() {
        while (reader.next()) {
            if (reader.length() > 0) {
                foundInPass = true;
                return true;
            }
        }
        return false;
    }

    private void reopen() {
        reader.close();
        reader = CaptureReader.open(file);
        pass++;
        foundInPass = false;
    }

    @Override
    public int next() {
        return waiting ? reader.length() : WirePort.EMPTY;
    }

    @Override
    public Memory memory() {
        return reader.frame();
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public long epochNanos() {
        return reader.epochNanos();
    }

    @Override
    public void release() {
        advance();
    }

    @Override
    public int pass() {
        return pass;
    }

    @Override
    public boolean waiting() {
        return waiting;
    }

    @Override
    public boolean ended() {
        return !waiting;
    }

    @Override
    public Optional<PlatformException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void setEvent(WaitEvent event) {
        // a frame is there from the start, or never
    }

    @Override
    public void close() {
        waiting = false;
        if (reader != null) {
            reader.close();
        }
    }
}
