package org.netdev4j.platform.wire;

import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;

/** An event that counts its signals. */
final class CountingEvent implements WaitEvent {
    private static final Platform PLATFORM = Platform.create();

    final AtomicInteger signals = new AtomicInteger();
    private final WaitEvent event = PLATFORM.newWaitEvent();

    @Override
    public void signal() {
        signals.incrementAndGet();
        event.signal();
    }

    @Override
    public boolean await(Deadline deadline) {
        return event.await(deadline);
    }

    @Override
    public boolean poll() {
        return event.poll();
    }
}
